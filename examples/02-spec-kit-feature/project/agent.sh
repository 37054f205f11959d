# Stands for a coding agent: it knows its step by BATON_KEY, and what it leaves in this folder is its result.
set -eu
mkdir -p teas
tea() { printf '# %s\n\nWater at %s C.\n' "$1" "$2" > "teas/$1.md"; }
case "$BATON_KEY" in
  T001) printf '# Form\n\nEvery tea names the temperature of its water.\n' > teas/form.md ;;
  T002) tea sencha 75 ;;
  T003) tea assam 95 ;;
  T004) tea oolong 85 ;;
  T005) for tea in assam oolong sencha; do echo "- $tea: $(grep Water "teas/$tea.md")"; done > menu.md ;;
esac
