# shellcheck shell=bash
# Completion of check_pop3x for bash. Made from the program's options: make generate

# Choices that begin with the last part of the word: of "in-use=cr" bash replaces "cr" only, of "list,ui" all.
_check_pop3x_reply() { # LEAD WORD SUFFIX CHOICES...
    local lead=$1 word=$2 suffix=$3 choice
    shift 3
    for choice; do
        [[ $choice == "$word"* ]] && COMPREPLY+=("$lead$choice$suffix")
    done
}

# The argument of an option: FIRST, or FIRST SEPARATOR SECOND.
_check_pop3x_value() {
    local word=$1 lead= suffix= break
    if [[ ${2-} && $cur == *"$2"* ]]; then
        word=$3 lead=${cur%%"$2"*}$2 cur=${cur#*"$2"}
        break=$2
        # bash breaks words at the separator: the lead is a word of its own
        [[ $COMP_WORDBREAKS == *"$break"* ]] && lead=
    elif [[ ${2-} == '=' ]]; then
        suffix='='
        compopt -o nospace
    fi
    case $word in
    FILE | DIR)
        if [[ $word == FILE ]]; then _filedir; else _filedir -d; fi
        COMPREPLY=("${COMPREPLY[@]/#/$lead}")
        ;;
    HOST) _known_hosts_real -- "$cur" ;;
    LIST)
        [[ $cur == *,* ]] && lead+=${cur%,*}, cur=${cur##*,}
        compopt -o nospace
        _check_pop3x_reply "$lead" "$cur" '' list uidl top retr noop reset all
        ;;
    FORMAT) _check_pop3x_reply "$lead" "$cur" "$suffix" checkmk json nagios prometheus ;;
    HEADER) _check_pop3x_reply "$lead" "$cur" "$suffix" v1 v2 ;;
    KIND) _check_pop3x_reply "$lead" "$cur" "$suffix" usage dns refused unreachable proxy timeout closed tls tls-version tls-legacy tls-policy certificate ocsp crl greeting mismatch stls cleartext mechanism token ticket tls-required auth in-use login-delay temporary permanent command protocol cleartext-offered unjudged empty address credential-expiry mail-authentication clock consistency send deferred bounce probes interrupted internal ;;
    MECHANISM) _check_pop3x_reply "$lead" "$cur" "$suffix" auto user apop plain login scram-sha-256-plus scram-sha-1-plus scram-sha-256 scram-sha-1 cram-md5 external ntlm gssapi oauthbearer xoauth2 ;;
    PHASE) _check_pop3x_reply "$lead" "$cur" "$suffix" srv resolve tlsa connect proxy tls crl greeting capa stls token ticket login stat list uidl top retr noop reset send delete quit ;;
    PROPERTY) _check_pop3x_reply "$lead" "$cur" "$suffix" fs aead pq ;;
    STATE) _check_pop3x_reply "$lead" "$cur" "$suffix" ok warning critical unknown ;;
    TYPE) _check_pop3x_reply "$lead" "$cur" "$suffix" tls-exporter tls-unique tls-server-end-point ;;
    VERSION) _check_pop3x_reply "$lead" "$cur" "$suffix" 1.0 1.1 1.2 1.3 ;;
    WHICH) _check_pop3x_reply "$lead" "$cur" "$suffix" first all ;;
    esac
}

_check_pop3x() {
    local cur prev words cword
    COMPREPLY=()
    _get_comp_words_by_ref -n =:@ cur prev words cword || return
    if [[ $cur == --*=* ]]; then
        prev=${cur%%=*} cur=${cur#*=}
    fi
    case $prev in
    -H | --hostname)
        _check_pop3x_value 'HOST'
        return
        ;;
    -p | --port)
        _check_pop3x_value 'PORT'
        return
        ;;
    --srv)
        _check_pop3x_value 'DOMAIN'
        return
        ;;
    --addresses)
        _check_pop3x_value 'WHICH'
        return
        ;;
    --login-at)
        _check_pop3x_value 'WHICH'
        return
        ;;
    --resolver)
        _check_pop3x_value 'ADDR' ':' 'PORT'
        return
        ;;
    --source)
        _check_pop3x_value 'ADDR'
        return
        ;;
    --unix-socket)
        _check_pop3x_value 'PATH'
        return
        ;;
    --proxy)
        _check_pop3x_value 'URL'
        return
        ;;
    --proxy-user)
        _check_pop3x_value 'NAME'
        return
        ;;
    --proxy-password-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --proxy-protocol)
        _check_pop3x_value 'HEADER'
        return
        ;;
    -w | --warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    -c | --critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    -t | --timeout)
        _check_pop3x_value 'DURATION' ':' 'STATE'
        return
        ;;
    --phase-timeout)
        _check_pop3x_value 'PHASE' '=' 'DURATION'
        return
        ;;
    --phase-warning)
        _check_pop3x_value 'PHASE' '=' 'RANGE'
        return
        ;;
    --phase-critical)
        _check_pop3x_value 'PHASE' '=' 'RANGE'
        return
        ;;
    -D | --certificate)
        _check_pop3x_value 'WARN' ',' 'CRIT'
        return
        ;;
    --messages-warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --messages-critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --size-warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --size-critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --oldest-warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --oldest-critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --newest-warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --newest-critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --transit-warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --transit-critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --authserv-id)
        _check_pop3x_value 'NAME'
        return
        ;;
    --require-auth)
        _check_pop3x_value 'METHODS'
        return
        ;;
    --match)
        _check_pop3x_value 'HEADER' '=' 'REGEXP'
        return
        ;;
    --age-scan)
        _check_pop3x_value 'N'
        return
        ;;
    --steps)
        _check_pop3x_value 'LIST'
        return
        ;;
    --retr)
        _check_pop3x_value 'N'
        return
        ;;
    --retr-max)
        _check_pop3x_value 'SIZE'
        return
        ;;
    --send-via)
        _check_pop3x_value 'HOST' ':' 'PORT'
        return
        ;;
    --send-user)
        _check_pop3x_value 'NAME'
        return
        ;;
    --send-password-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --send-from)
        _check_pop3x_value 'ADDRESS'
        return
        ;;
    --send-to)
        _check_pop3x_value 'ADDRESS'
        return
        ;;
    --send-subject)
        _check_pop3x_value 'TEXT'
        return
        ;;
    --delivery-warning)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --delivery-critical)
        _check_pop3x_value 'RANGE'
        return
        ;;
    --send-every)
        _check_pop3x_value 'DURATION'
        return
        ;;
    -u | --user)
        _check_pop3x_value 'NAME'
        return
        ;;
    --password-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --password-command)
        _check_pop3x_value ''\''PROGRAM ARG...'\'''
        return
        ;;
    --auth)
        _check_pop3x_value 'MECHANISM'
        return
        ;;
    --authzid)
        _check_pop3x_value 'NAME'
        return
        ;;
    --scram-min-iterations)
        _check_pop3x_value 'N'
        return
        ;;
    --channel-binding)
        _check_pop3x_value 'TYPE'
        return
        ;;
    --login-pause)
        _check_pop3x_value 'DURATION'
        return
        ;;
    --token-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --oauth)
        _check_pop3x_value 'SERVER'
        return
        ;;
    --oauth-client-id)
        _check_pop3x_value 'ID'
        return
        ;;
    --oauth-client-secret-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --oauth-key-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --oauth-cert-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --oauth-scope)
        _check_pop3x_value 'SCOPE'
        return
        ;;
    --oauth-refresh-token-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --oauth-ca-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --oauth-device-url)
        _check_pop3x_value 'URL'
        return
        ;;
    --state-dir)
        _check_pop3x_value 'DIR'
        return
        ;;
    --krb5-ccache)
        _check_pop3x_value 'FILE'
        return
        ;;
    --krb5-keytab)
        _check_pop3x_value 'FILE'
        return
        ;;
    --krb5-conf)
        _check_pop3x_value 'FILE'
        return
        ;;
    --service-name)
        _check_pop3x_value 'NAME'
        return
        ;;
    --ca-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    --pin)
        _check_pop3x_value 'sha256//BASE64'
        return
        ;;
    --sni)
        _check_pop3x_value 'NAME'
        return
        ;;
    --verify-name)
        _check_pop3x_value 'NAME'
        return
        ;;
    --tls-min)
        _check_pop3x_value 'VERSION'
        return
        ;;
    --tls-warn-below)
        _check_pop3x_value 'VERSION'
        return
        ;;
    --tls-warn-without)
        _check_pop3x_value 'PROPERTY'
        return
        ;;
    --client-cert)
        _check_pop3x_value 'FILE'
        return
        ;;
    --client-key)
        _check_pop3x_value 'FILE'
        return
        ;;
    --client-key-password-file)
        _check_pop3x_value 'FILE'
        return
        ;;
    -e | --expect)
        _check_pop3x_value 'TEXT'
        return
        ;;
    -M | --mismatch)
        _check_pop3x_value 'STATE'
        return
        ;;
    -r | --refuse)
        _check_pop3x_value 'STATE'
        return
        ;;
    --state)
        _check_pop3x_value 'KIND' '=' 'STATE'
        return
        ;;
    --format)
        _check_pop3x_value 'FORMAT'
        return
        ;;
    --name)
        _check_pop3x_value 'NAME'
        return
        ;;
    --output)
        _check_pop3x_value 'FILE'
        return
        ;;
    --remind)
        _check_pop3x_value 'DURATION'
        return
        ;;
    --extra-opts)
        _check_pop3x_value 'SECTION' '@' 'FILE'
        return
        ;;
    esac
    _check_pop3x_reply '' "$cur" '' -H --hostname -p --port -S --tls --starttls --srv --no-capa --no-second-look -4 --use-ipv4 -6 --use-ipv6 --addresses --login-at --resolver --source --unix-socket --proxy --proxy-user --proxy-password-file --proxy-protocol -w --warning -c --critical -t --timeout --phase-timeout --phase-warning --phase-critical -D --certificate --messages-warning --messages-critical --size-warning --size-critical --oldest-warning --oldest-critical --newest-warning --newest-critical --transit-warning --transit-critical --authserv-id --require-auth --match --age-scan --steps --retr --retr-max --send-via --send-tls --send-clear --send-user --send-password-file --send-from --send-to --send-subject --delivery-warning --delivery-critical --delete-probes --send-every -u --user --password-file --password-command --auth --authzid --scram-min-iterations --channel-binding --allow-cleartext-login --login-pause --token-file --oauth --oauth-client-id --oauth-client-secret-file --oauth-key-file --oauth-cert-file --oauth-scope --oauth-refresh-token-file --oauth-ca-file --oauth-login --oauth-device-url --state-dir --krb5-ccache --krb5-keytab --krb5-conf --service-name --ca-file --insecure --pin --sni --verify-name --dane --crl --tls-min --tls-warn-below --tls-warn-without --client-cert --client-key --client-key-password-file -e --expect -A --all -M --mismatch -r --refuse --state --format --name --output --quiet-ok --notify-changes --remind -j --jail -v --verbose -V --version -h --usage --help --extra-opts --restricted --confine
} && complete -F _check_pop3x check_pop3x
