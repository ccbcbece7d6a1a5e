package packaging

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"check_pop3x/check/options"
)

// directorBasket is the file that `icingacli director basket restore` reads: fields for the variables of the command, in
// categories and with lists of words, templates with those of every day or with all of them, a template for a host and a
// set of services that its hosts get. The command itself is not in it: the Director's kickstart takes that from the
// shipped pop3x.conf.
const directorBasket = "director/pop3x-basket.json"

const dataTypes = `Icinga\Module\Director\DataType\DataType`

// object is one of JSON.
type object = map[string]any

// directorLists are the lists that a field can choose from, by the name of the argument.
var directorLists = map[string]string{
	"STATE": "POP3 states", "MECHANISM": "POP3 mechanisms", "FORMAT": "POP3 formats", "VERSION": "POP3 TLS versions",
	"LIST": "POP3 steps", "WHICH": "POP3 addresses", "TYPE": "POP3 channel bindings", "PROPERTY": "POP3 TLS properties",
}

// A basket is being filled.
type basket struct {
	objects object
	fields  map[string]int // by variable: its number
}

// basket describes the options for the Director of Icinga Web 2.
func (r Reference) basket() (string, error) {
	b := basket{objects: object{}, fields: map[string]int{}}
	b.addLists()
	for _, o := range r.Engine() {
		b.addField(o)
	}
	for _, o := range r.Secrets() {
		b.addSecret(o)
	}
	b.addHostFields()
	b.addTemplates(r)
	b.addServiceSets()
	return indented(b.objects)
}

// indented is JSON as people read it, in the same order every time.
func indented(value any) (string, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	err := e.Encode(value)
	return out.String(), err
}

// put adds an object of a type.
func (b basket) put(kind, name string, o object) {
	if b.objects[kind] == nil {
		b.objects[kind] = object{}
	}
	b.objects[kind].(object)[name] = o
}

// addLists adds what may be chosen.
func (b basket) addLists() {
	words := options.Words()
	for name, list := range directorLists {
		var entries []object
		for _, word := range slices.Sorted(slices.Values(words[name])) {
			entries = append(entries, object{"entry_name": word, "entry_value": word, "format": "string", "allowed_roles": nil})
		}
		b.put("DataList", list, object{"list_name": list, "owner": "icingaadmin", "entries": entries})
	}
}

// addField adds the field of an option. What it is called in the form is the option without its dashes.
func (b basket) addField(o options.Option) {
	kind, settings := "String", object{}
	switch list, isListed := directorLists[o.Value]; {
	case o.Value == "":
		kind = "Boolean"
	case isListed && o.Repeatable:
		kind, settings = "Datalist", object{"datalist": list, "data_type": "array", "behavior": "strict"}
	case isListed:
		kind, settings = "Datalist", object{"datalist": list, "data_type": "string", "behavior": "strict"}
	case o.Repeatable:
		kind = "Array"
	}
	description := o.Description
	if o.Default != "" {
		description += " (default " + o.Default + ")"
	}
	category, _, _ := strings.Cut(o.Group, " (")
	b.add("POP3: "+category, variable(o.Long), o.Long, description, kind, settings)
}

// addSecret adds the field of a secret, which the command passes in the environment.
func (b basket) addSecret(o options.Option) {
	name := strings.ToLower(o.Secret)
	caption := strings.ReplaceAll(strings.TrimPrefix(name, "pop3x_"), "_", "-")
	b.add("POP3: Login", name, caption, "The secret itself, instead of --"+o.Long+", with $$ for $: passed in the environment, "+
		"so that the list of processes does not show it. The Director's database and Icinga's API do", "String", object{"visibility": "hidden"})
}

// addHostFields adds what is said of a mail server, for all services of the set.
func (b basket) addHostFields() {
	for _, f := range [][3]string{
		{"pop3_user", "user", "User that logs in; without one no service does"},
		{"pop3_password_file", "password-file", "File with the password in its first line, on the machine that runs the check"},
		{"pop3_name", "name in the certificate", "If it is not the address of the host"},
		{"pop3_ca_file", "ca-file", "File with the authorities to trust instead of the system's"},
		{"pop3_send_via", "send-via", "Submission server that sends a mail to the user every 15 minutes, to see it arrive; port 587 by default"},
		{"pop3_send_to", "send-to", "Address of the user, if the name is none"},
		{"pop3_delivery_critical", "delivery-critical", "How long such a mail may take, such as 40m; only with send-via"},
	} {
		b.add("POP3: mail server", f[0], f[1], f[2], "String", object{})
	}
	b.add("POP3: mail server", "pop3_starttls", "starttls", "Port 110 has to offer STLS", "Boolean", object{})
}

// add adds a field and its category.
func (b basket) add(category, name, caption, description, kind string, settings object) {
	b.put("DatafieldCategory", category, object{"category_name": category, "description": nil})
	number := len(b.fields) + 1
	b.fields[name] = number
	b.put("Datafield", strconv.Itoa(number), object{
		"varname": name, "caption": caption, "description": description, "datatype": dataTypes + kind, "format": nil,
		"settings": settings, "category": category,
	})
}

// references are fields as a template has them.
func (b basket) references(names ...string) []object {
	var all []object
	for _, name := range names {
		all = append(all, object{"datafield_id": b.fields[name], "is_required": "n", "var_filter": nil})
	}
	return all
}

// addTemplates adds those of services, four that ask what is typed every day, one on another, and one that asks all, and
// that of a mail server.
func (b basket) addTemplates(r Reference) {
	everyday, all := []string{"pop3x_password"}, []string{"pop3x_password", "pop3x_proxy_password"}
	for _, o := range r.Engine() {
		all = append(all, variable(o.Long))
		if o.Everyday {
			everyday = append(everyday, variable(o.Long))
		}
	}
	const minute, hour, day = 60, 3600, 24 * 3600
	b.addTemplate("pop3", object{"check_command": "pop3x", "check_interval": 5 * minute, "retry_interval": minute, "max_check_attempts": 3}, everyday)
	b.addTemplate("pop3-tls", object{"imports": []string{"pop3"}, "vars": object{"pop3x_tls": true}}, nil)
	b.addTemplate("pop3-cert", object{
		"imports": []string{"pop3-tls"}, "check_interval": day, "retry_interval": hour, "vars": object{"pop3x_certificate": "30,7"},
	}, nil)
	b.addTemplate("pop3-mailflow", object{
		"imports": []string{"pop3-tls"}, "check_interval": 15 * minute,
		"vars": object{"pop3x_newest_warning": "12h", "pop3x_newest_critical": "24h", "pop3x_state": notAlone},
	}, []string{
		"pop3x_newest_warning", "pop3x_oldest_warning", "pop3x_match",
		"pop3x_send_via", "pop3x_send_to", "pop3x_delivery_warning", "pop3x_delivery_critical",
	})
	b.addTemplate("pop3-all", object{"check_command": "pop3x"}, all)
	const host = "pop3-mail-server"
	b.put("HostTemplate", host, object{
		"object_name": host, "object_type": "template", "vars": object{"pop3": true},
		"fields": b.references("pop3_user", "pop3_password_file", "pop3_name", "pop3_ca_file", "pop3_starttls",
			"pop3_send_via", "pop3_send_to", "pop3_delivery_critical"),
	})
}

// notAlone is for mailboxes that somebody reads: no reason to wake anyone.
var notAlone = []string{"in-use=ok", "login-delay=ok"}

func (b basket) addTemplate(name string, properties object, fields []string) {
	properties["object_name"], properties["object_type"] = name, "template"
	properties["fields"] = b.references(fields...)
	b.put("ServiceTemplate", name, properties)
}

// addServiceSets adds the services of a mail server: hosts with the template get them.
func (b basket) addServiceSets() {
	secured := object{"pop3x_sni": "$host.vars.pop3_name$", "pop3x_ca_file": "$host.vars.pop3_ca_file$"}
	login := object{"pop3x_user": "$host.vars.pop3_user$", "pop3x_password_file": "$host.vars.pop3_password_file$"}
	delivery := object{}
	for _, name := range []string{"send_via", "send_to", "delivery_critical"} {
		delivery["pop3x_"+name] = "$host.vars.pop3_" + name + "$"
	}
	b.addServiceSet("POP3 mail server", "pop3", "Does port 995 answer, can the user log in, and how long does the certificate last",
		service{"pop3-tls", []object{secured, login, {"pop3x_state": notAlone}}}, service{"pop3-cert", []object{secured}})
	b.addServiceSet("POP3 mail server: mailbox", "pop3_user", "Has mail arrived, and does it still", service{"pop3-mailflow", []object{secured, login, delivery}})
	b.addServiceSet("POP3 mail server: STLS", "pop3_starttls", "Does port 110 answer, with STLS", service{"pop3", []object{secured, {"pop3x_starttls": true}}})
}

// A service of a set has the name of its template.
type service struct {
	name string
	vars []object
}

// addServiceSet adds services for hosts with a variable.
func (b basket) addServiceSet(name, variable, description string, services ...service) {
	all := object{}
	for _, s := range services {
		vars := object{}
		for _, some := range s.vars {
			maps.Copy(vars, some)
		}
		all[s.name] = object{"object_name": s.name, "object_type": "object", "imports": []string{s.name}, "vars": vars}
	}
	b.put("ServiceSet", name, object{
		"object_name": name, "object_type": "template", "description": description, "assign_filter": "host.vars." + variable + "=true", "services": all,
	})
}
