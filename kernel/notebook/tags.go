package notebook

import (
	"encoding/json"
	"strings"
)

// tagsKey is what the tags of a cell follow in its mark, in the way that other
// writers of the percent format put them: // %% tags=["parameters"]
const tagsKey = "tags="

// markedTags returns the cell's tags as they stand in its mark, with a space
// before them, or nothing when it has none.
func (c *Cell) markedTags() string {
	tags, _ := c.Metadata["tags"].([]any)
	var names []string
	for _, t := range tags {
		if name, ok := t.(string); ok {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	list, err := json.Marshal(names)
	if err != nil {
		return ""
	}
	return " " + tagsKey + string(list)
}

// cutTags takes the tags from the text of a mark.
func cutTags(title string) (rest string, tags []any) {
	at := strings.LastIndex(title, tagsKey)
	if at < 0 || at > 0 && title[at-1] != ' ' {
		return title, nil
	}
	var names []string
	if json.Unmarshal([]byte(title[at+len(tagsKey):]), &names) != nil {
		return title, nil
	}
	for _, n := range names {
		tags = append(tags, n)
	}
	return strings.TrimSpace(title[:at]), tags
}
