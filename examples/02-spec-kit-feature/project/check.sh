for tea in teas/*.md; do
  case "$tea" in teas/form.md) continue ;; esac
  grep -q 'Water at [0-9]* C' "$tea" || { echo "$tea names no temperature"; exit 1; }
done
