package packaging

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"check_pop3x/check/options"
	"check_pop3x/check/verdict"
)

// zabbixTemplate is the file that Zabbix imports, in the format of version 6.0: one item runs the check by the script
// beside it, and the others depend on its JSON document. Thresholds are options of the check, and so macros; triggers look
// at the state alone.
const zabbixTemplate = "zabbix/pop3x-template.json"

const (
	zabbixName  = "POP3 by check_pop3x"
	zabbixGroup = "Templates/Applications"
	groupUUID   = "a571c0d144b14fd4a87a9d9b2aa9fcd6" // the same in every Zabbix
)

// A zabbixMacro is a macro of the template with its value and what it is for.
type zabbixMacro struct{ name, value, description string }

// zabbixOwn are the macros that are no options.
var zabbixOwn = []zabbixMacro{
	{"{$POP3X.OPTIONS}", "--tls", "More options, with blanks between them, such as --starttls, or --newest-warning=12h"},
	{"{$POP3X.INTERVAL}", "5m", "How often the check runs"},
	{"{$POP3X.RUNS}", "#2", "Which runs have to have a state before it is a problem: #2 are the last two, 15m those of a quarter of an hour"},
	{"{$POP3X.NODATA}", "15m", "How long no run may have a result before that is a problem"},
}

// zabbixDefaults are the values of options that differ from those of the check.
var zabbixDefaults = map[string]string{"timeout": "3s", "certificate": "30,7"}

// zabbixNotes continue descriptions.
var zabbixNotes = map[string]string{
	"timeout":       "; must be below Timeout= of the server or proxy that runs it, which is 4 in Debian",
	"certificate":   "; to be empty without TLS",
	"password-file": ", on the server or proxy of Zabbix: root:zabbix, mode 640",
}

// zabbix describes the options and metrics for Zabbix.
func (r Reference) zabbix() (string, error) {
	macros := zabbixOwn
	words := []string{`"{$POP3X.OPTIONS}"`, `"--hostname={HOST.CONN}"`}
	for _, o := range r.zabbixOptions() {
		macro := zabbixMacroOf(o)
		macros = append(macros, macro)
		words = append(words, fmt.Sprintf(`"--%s=%s"`, o.Long, macro.name))
	}
	key := "pop3x[" + strings.Join(words, ",") + "]"
	return indented(object{"zabbix_export": object{
		"version": "6.0",
		"groups":  []object{{"uuid": groupUUID, "name": zabbixGroup}},
		"templates": []object{identified("template", zabbixName, object{
			"template": zabbixName, "name": zabbixName,
			"description":     "Can a user fetch mail from the POP3 server of the host? Needs check_pop3x and its script pop3x among the external scripts.",
			"groups":          []object{{"name": zabbixGroup}},
			"items":           zabbixItems(key),
			"discovery_rules": []object{zabbixPhases(key)},
			"macros":          zabbixMacros(macros),
			"valuemaps":       []object{zabbixStates()},
		})},
	}})
}

// zabbixOptions are the options that have a macro: those of every day that have a value, and the name in the certificate,
// which a host that Zabbix knows by its address needs. The file of --extra-opts has no room for a host's macros.
func (r Reference) zabbixOptions() []options.Option {
	return r.only(func(o options.Option) bool {
		return o.Value != "" && (o.Everyday && o.Long != "hostname" && o.Long != "extra-opts" || o.Long == "sni")
	})
}

func zabbixMacroOf(o options.Option) zabbixMacro {
	name := "{$POP3X." + strings.ToUpper(strings.ReplaceAll(o.Long, "-", ".")) + "}"
	return zabbixMacro{name, zabbixDefaults[o.Long], o.Description + zabbixNotes[o.Long]}
}

func zabbixMacros(macros []zabbixMacro) (all []object) {
	for _, m := range macros {
		all = append(all, object{"macro": m.name, "value": m.value, "description": m.description})
	}
	return all
}

// identified gives an object the identity that Zabbix knows it by, the same at each `make generate`: a UUID of version 4
// (RFC 9562, section 5.4), whose random bits are a hash.
func identified(kind, name string, o object) object {
	sum := sha256.Sum256([]byte("check_pop3x " + kind + " " + name))
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	o["uuid"] = hex.EncodeToString(id)
	return o
}

// zabbixItems are the run, whose document is not kept, and what is told from it.
func zabbixItems(key string) []object {
	line := dependent(key, "line", "TEXT", "What the check says, without performance data.",
		step("JAVASCRIPT", `var d = JSON.parse(value); return "POP3 " + d.state.name + " - " + d.text;`))
	line["triggers"] = zabbixTriggers()
	state := dependent(key, "state", "UNSIGNED", "OK, WARNING, CRITICAL, or UNKNOWN, which means that it could not be judged.", jsonPath("$.state.code"))
	state["valuemap"] = object{"name": "POP3 states"}
	all := []object{
		identified("item", "run", object{
			"name": "POP3: run", "type": "EXTERNAL", "key": key, "delay": "{$POP3X.INTERVAL}", "history": "0", "trends": "0",
			"value_type": "TEXT", "description": "The JSON document that all other items are from. It is not kept.", "tags": component,
		}),
		line,
		state,
		dependent(key, "summary", "TEXT", "What it means for users.", jsonPath("$.summary")),
	}
	for _, row := range verdict.Metrics() {
		if row.Label != "time_PHASE" {
			item := dependent(key, row.Label, "FLOAT", row.Help, ifThere(fmt.Sprintf(`$.metrics[?(@.name == "%s")].value.first()`, row.Label)))
			item["units"] = row.Unit.Suffix
			all = append(all, item)
		}
	}
	return all
}

// component is the tag of all items.
var component = []object{{"tag": "component", "value": "pop3"}}

// dependent is an item whose value is part of the document.
func dependent(master, name, kind, description string, steps ...object) object {
	o := object{
		"name": "POP3: " + strings.ReplaceAll(name, "_", " "), "type": "DEPENDENT", "key": "pop3x." + name, "delay": "0",
		"value_type": kind, "description": description, "master_item": object{"key": master}, "preprocessing": steps, "tags": component,
	}
	if kind == "TEXT" {
		o["trends"] = "0"
	}
	return identified("item", name, o)
}

// step is one of preprocessing.
func step(kind string, parameters ...string) object {
	return object{"type": kind, "parameters": parameters}
}

func jsonPath(path string) object { return step("JSONPATH", path) }

// ifThere is the path of what not every run has.
func ifThere(path string) object {
	o := jsonPath(path)
	o["error_handler"] = "DISCARD_VALUE"
	return o
}

// zabbixTriggers are problems by state, and that there is none. They look at the line, and not at the number of the state,
// as the problem has its name from there: the two are not stored at the same moment.
func zabbixTriggers() []object {
	const host = "/" + zabbixName + "/pop3x.line"
	var all []object
	for _, problem := range []struct {
		state    verdict.Status
		priority string
	}{{verdict.Critical, "HIGH"}, {verdict.Unknown, "AVERAGE"}, {verdict.Warning, "WARNING"}} {
		all = append(all, trigger("POP3: "+problem.state.String(), problem.priority,
			fmt.Sprintf(`count(%[1]s,{$POP3X.RUNS},"regexp","^POP3 %[2]s ")=count(%[1]s,{$POP3X.RUNS})`, host, problem.state),
			object{"event_name": "{ITEM.VALUE}"}))
	}
	return append(all, trigger("POP3: no result", "AVERAGE", fmt.Sprintf("nodata(%s,{$POP3X.NODATA})=1", host), object{
		"event_name":  "POP3: no result for {$POP3X.NODATA}",
		"description": "Look at what the item POP3: run says: is the script there, and Timeout= of the server long enough?",
	}))
}

func trigger(name, priority, expression string, more object) object {
	more["name"], more["priority"], more["expression"] = name, priority, expression
	more["tags"] = []object{{"tag": "scope", "value": "availability"}}
	return identified("trigger", name, more)
}

// zabbixPhases discovers the phases that have run, each an item.
func zabbixPhases(key string) object {
	phase := dependent(key, "time[{#PHASE}]", "FLOAT", "Time of the phase, whether it succeeded or not.",
		ifThere(`$.phases[?(@.name == "{#PHASE}")].seconds.first()`))
	phase["name"], phase["units"] = "POP3: time of {#PHASE}", "s"
	rule := dependent(key, "phases", "TEXT", "The phases that have run.", jsonPath("$.phases"))
	delete(rule, "value_type")
	delete(rule, "trends")
	delete(rule, "tags")
	rule["lld_macro_paths"] = []object{{"lld_macro": "{#PHASE}", "path": "$.name"}}
	rule["item_prototypes"] = []object{phase}
	return rule
}

// zabbixStates are the words for the number of the state.
func zabbixStates() object {
	var all []object
	for state := verdict.OK; state <= verdict.Unknown; state++ {
		all = append(all, object{"value": strconv.Itoa(int(state)), "newvalue": state.String()})
	}
	return identified("valuemap", "states", object{"name": "POP3 states", "mappings": all})
}
