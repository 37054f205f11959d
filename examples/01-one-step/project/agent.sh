# Stands for a coding agent: what it leaves in this folder is its result.
echo "$BATON_TITLE"
case "$BATON_FEEDBACK" in
  *'does not greet Ada'*) echo 'Hello, Ada!' > greeting.txt ;;
  *) echo 'Hello!' > greeting.txt ;;
esac
