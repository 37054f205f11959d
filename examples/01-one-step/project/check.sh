grep -q 'Ada' greeting.txt || { echo 'greeting.txt does not greet Ada'; exit 1; }
