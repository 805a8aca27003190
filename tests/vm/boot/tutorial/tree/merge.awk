# SPDX-License-Identifier: ISC
#
# merge.awk NEW OLD - a file as a person has it who has put what a text shows into it: a
# stanza of the name and a line NAME= that it has already is replaced, all else comes
# behind what there is.

# The stanza that a line belongs to, or the variable that it sets.
function what(line, words) {
	split(line, words, /[ \t]+/)
	if (words[1] == "auto" || words[1] == "iface")
		return words[1] == "auto" ? "auto " words[2] : "iface " words[2]
	if (line ~ /^[A-Za-z_]+=/) {
		sub(/=.*/, "=", line)
		return line
	}
	return ""
}

{
	named = what($0)
	if (named != "")
		current = named
	else if ($0 !~ /^[ \t]/)
		current = ""
}
FILENAME == ARGV[1] {
	new[++count] = $0
	if (current != "")
		replaced[current] = 1
	next
}
current in replaced { next }
{ print }
END {
	for (i = 1; i <= count; i++)
		print new[i]
}
