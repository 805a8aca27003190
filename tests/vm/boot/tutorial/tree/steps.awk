# SPDX-License-Identifier: ISC
#
# steps.awk TEXT - what the blocks of a text have one do, in its order (tests/README.md has the
# rules): `file PATH` and `run COMMAND` at the beginning of a line, and behind
# each, indented by a blank, the lines of the file or of the output.

/^```/ { flush(); inside = !inside; first = 1; next }
!inside && !/^    / && !/^$/ { flush(); indented = 0; next }
!inside && /^    / && !indented { indented = 1; first = 1 }
!inside && !indented { next }
{
	line = inside ? $0 : substr($0, 5)
	if (line == "") {
		blank = 1
		next
	}
	if ((first || blank) && line ~ /^# \/[^ ]+ +# \/[^ ]+$/) {
		# two files side by side
		split(line, names, / +/)
		flush()
		left = "file " names[2]
		right = "file " names[4]
		column = index(substr(line, 3), "# ") + 2
		kind = "both"
	} else if ((first || blank) && line ~ /^# \/[^ ]+$/) {
		flush()
		print "file " substr(line, 3)
		kind = "file"
	} else if (line ~ /^# / && (kind != "file" || blank) && (kind != "both" || blank)) {
		flush()
		print "run " substr(line, 3)
		kind = "run"
	} else if (kind == "both") {
		add()
	} else if (kind != "") {
		# a blank line within a file or an output is one of it
		if (blank && !first)
			print " "
		print " " line
	}
	first = 0
	blank = 0
}
END { flush() }

function add() {
	l = substr(line, 1, column - 1)
	r = substr(line, column)
	sub(/ +$/, "", l)
	if (blank)
		left = left "\n "
	left = left "\n " l
	if (r != "")
		right = right "\n " r
}

function flush() {
	if (kind == "both") {
		print left
		print right
	}
	kind = ""
}
