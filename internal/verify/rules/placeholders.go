package rules

import "strings"

// placeholder finds what somebody was to replace in a text: $VAR, ${VAR},
// <ENTER_…>, or a whole text of capital words as CREATE_S3_BUCKET, which AWS's
// pages write. It returns "" if there is none.
func placeholder(text string) string {
	for i := 0; i+1 < len(text); i++ {
		switch rest := text[i+1:]; {
		case text[i] == '$' && rest[0] == '{':
			if end := strings.IndexByte(rest, '}'); end > 1 {
				return text[i : i+end+2]
			}
		case text[i] == '$' && isLetter(rest[0]):
			end := 1
			for end < len(rest) && (isLetter(rest[end]) || rest[end] >= '0' && rest[end] <= '9') {
				end++
			}
			return text[i : i+1+end]
		case text[i] == '<' && isLetter(rest[0]):
			if end := strings.IndexByte(rest, '>'); end > 0 {
				return text[i : i+end+2]
			}
		}
	}
	if capitalWords(text) {
		return text
	}
	return ""
}

func isLetter(b byte) bool { return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' }

// capitalWords reports whether a text is nothing but capital words, two or
// more, parted by underscores.
func capitalWords(text string) bool {
	words := strings.Split(text, "_")
	for _, word := range words {
		if word == "" || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" || word[0] < 'A' {
			return false
		}
	}
	return len(words) > 1
}

// arnPlaceholder is placeholder for an ARN, where an account of the letter x is
// one too: arn:aws:iam::xxxxxxxxxxxx:role/…
func arnPlaceholder(arn string) string {
	if p := placeholder(arn); p != "" {
		return p
	}
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[4] != "" && strings.Trim(parts[4], "xX") == "" {
		return parts[4]
	}
	return ""
}
