#include "common/wire/driver_protocol.hpp"

#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::driver_protocol {
namespace {

using Parse = std::optional<Message> (*)(Words);

std::optional<Message> message(Change change) { return Message{std::move(change)}; }

std::string text(std::string_view word) { return std::string(word); }

template <class RangeChange>
std::optional<Message> range_message(Words w)
{
    const auto min = to_int(w[2]);
    const auto max = to_int(w[3]);
    if (!min || !max || *min > *max)
        return std::nullopt;
    return message(RangeChange{text(w[1]), {*min, *max}});
}

std::optional<Message> set_aux(Words w)
{
    const auto length = to_int(w[2]);
    if (!length || *length < 0)
        return std::nullopt;
    return message(SetMaxLength{text(w[1]), *length});
}

std::optional<Message> set_flags(Words w)
{
    Flags flags;
    for (const auto word : w.subspan(2)) { // an unknown flag is no reason to lose the others
        flags.rw = flags.rw || equal_ignoring_case(word, "RW");
        flags.text = flags.text || equal_ignoring_case(word, "STRING");
        flags.number = flags.number || equal_ignoring_case(word, "NUMBER");
    }
    return message(SetFlags{text(w[1]), flags});
}

std::optional<Message> tracking(Words w)
{
    const auto outcome = to_int(w[2]);
    return outcome ? std::optional<Message>(Tracking{text(w[1]), *outcome}) : std::nullopt;
}

std::optional<Message> goodbye(Words w)
{
    return equal_ignoring_case(w[1], "Goodbye") ? std::optional<Message>(Goodbye{}) : std::nullopt;
}

struct MessageRow {
    std::string_view word;
    std::size_t arguments; // at least
    Parse parse;
};

// clang-format off
constexpr std::array kMessages{
    MessageRow{"SETINFO",   2, [](Words w) { return message(SetValue{text(w[1]), text(w[2])}); }},
    MessageRow{"DELINFO",   1, [](Words w) { return message(RemoveVariable{text(w[1])}); }},
    MessageRow{"ADDENUM",   2, [](Words w) { return message(AddEnum{text(w[1]), text(w[2])}); }},
    MessageRow{"DELENUM",   2, [](Words w) { return message(RemoveEnum{text(w[1]), text(w[2])}); }},
    MessageRow{"ADDRANGE",  3, range_message<AddRange>},
    MessageRow{"DELRANGE",  3, range_message<RemoveRange>},
    MessageRow{"SETAUX",    2, set_aux},
    MessageRow{"SETFLAGS",  1, set_flags},
    MessageRow{"ADDCMD",    1, [](Words w) { return message(AddCommand{text(w[1])}); }},
    MessageRow{"DELCMD",    1, [](Words w) { return message(RemoveCommand{text(w[1])}); }},
    MessageRow{"DATAOK",    0, [](Words) { return message(SetFresh{true}); }},
    MessageRow{"DATASTALE", 0, [](Words) { return message(SetFresh{false}); }},
    MessageRow{"DUMPDONE",  0, [](Words) { return std::optional<Message>(DumpDone{}); }},
    MessageRow{"PONG",      0, [](Words) { return std::optional<Message>(Pong{}); }},
    MessageRow{"PID",       1, [](Words w) { return std::optional<Message>(Pid{text(w[1])}); }},
    MessageRow{"TRACKING",  2, tracking},
    MessageRow{"OK",        1, goodbye},
};
// clang-format on

// Each Change as one line.
struct Writer {
    std::string& out;

    void value_line(std::string_view word, const std::string& variable, std::string_view value) const
    {
        append_value_line(out, fmt::format("{} {}", word, variable), value);
    }

    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) const
    {
        out += fmt::format(format, std::forward<Args>(args)...);
        out += '\n';
    }

    void operator()(const SetValue& c) const
    {
        value_line("SETINFO", c.variable, std::string_view(c.value).substr(0, kLongestDriverValue));
    }
    void operator()(const AddEnum& c) const { value_line("ADDENUM", c.variable, c.value); }
    void operator()(const RemoveEnum& c) const { value_line("DELENUM", c.variable, c.value); }
    void operator()(const RemoveVariable& c) const { line("DELINFO {}", c.variable); }
    void operator()(const AddRange& c) const
    {
        line("ADDRANGE {} {} {}", c.variable, c.range.min, c.range.max);
    }
    void operator()(const RemoveRange& c) const
    {
        line("DELRANGE {} {} {}", c.variable, c.range.min, c.range.max);
    }
    void operator()(const SetMaxLength& c) const { line("SETAUX {} {}", c.variable, c.length); }
    void operator()(const SetFlags& c) const
    {
        line("SETFLAGS {}{}{}{}", c.variable, c.flags.rw ? " RW" : "", c.flags.text ? " STRING" : "",
             c.flags.number ? " NUMBER" : "");
    }
    void operator()(const AddCommand& c) const { line("ADDCMD {}", c.command); }
    void operator()(const RemoveCommand& c) const { line("DELCMD {}", c.command); }
    void operator()(const SetFresh& c) const { line("{}", c.fresh ? "DATAOK" : "DATASTALE"); }
};

// The variable or command that a Change is about; freshness is about none.
std::string_view name_of(const Change& change)
{
    return std::visit(
        [](const auto& c) -> std::string_view {
            if constexpr (requires { c.variable; })
                return c.variable;
            else if constexpr (requires { c.command; })
                return c.command;
            else
                return "-";
        },
        change);
}

// One bare word that leaves room for a value behind it. Anything else, which only a foreign server or device
// can have named so, would be read as another message.
bool is_sendable_name(std::string_view name)
{
    return name.size() <= kLongestDriverValue && as_word(name) == name;
}

// ---- requests --------------------------------------------------------------------------------------

// The answer carries the id bare, so it must be one word.
bool is_plain(const std::optional<std::string>& id) { return !id || as_word(*id) == *id; }

// INSTCMD cmd | cmd param | cmd TRACKING id | cmd param TRACKING id: told apart by the number of words.
std::optional<Request> instant_command(Words w)
{
    InstantCommand request{text(w[1]), {}, {}};
    if (w.size() == 3)
        request.parameter = text(w[2]);
    if (w.size() == 5)
        request.parameter = text(w[2]);
    if (w.size() == 4 || w.size() == 5) {
        if (!equal_ignoring_case(w[w.size() - 2], "TRACKING"))
            return std::nullopt;
        request.tracking_id = text(w.back());
    }
    return w.size() <= 5 && is_plain(request.tracking_id) ? std::optional<Request>(std::move(request))
                                                          : std::nullopt;
}

// SET var value [TRACKING id]; a single word behind the value is ignored.
std::optional<Request> set_variable(Words w)
{
    SetVariable request{text(w[1]), text(w[2]), {}};
    if (w.size() == 5) {
        if (!equal_ignoring_case(w[3], "TRACKING"))
            return std::nullopt;
        request.tracking_id = text(w[4]);
    }
    return w.size() <= 5 && is_plain(request.tracking_id) ? std::optional<Request>(std::move(request))
                                                          : std::nullopt;
}

struct RequestRow {
    std::string_view word;
    std::size_t arguments; // at least
    std::optional<Request> (*parse)(Words);
};

// clang-format off
constexpr std::array kRequests{
    RequestRow{"DUMPALL",     0, [](Words) { return std::optional<Request>(DumpAll{}); }},
    RequestRow{"DUMPVALUE",   1, [](Words w) { return std::optional<Request>(DumpValue{text(w[1])}); }},
    RequestRow{"DUMPSTATUS",  0, [](Words) { return std::optional<Request>(DumpValue{"ups.status"}); }},
    RequestRow{"PING",        0, [](Words) { return std::optional<Request>(Ping{}); }},
    RequestRow{"GETPID",      0, [](Words) { return std::optional<Request>(GetPid{}); }},
    RequestRow{"NOBROADCAST", 0, [](Words) { return std::optional<Request>(Broadcast{false}); }},
    RequestRow{"BROADCAST",   0, [](Words w) { return std::optional<Request>(Broadcast{w.size() < 2 || leading_int(w[1]) >= 1}); }},
    RequestRow{"INSTCMD",     1, instant_command},
    RequestRow{"SET",         2, set_variable},
    RequestRow{"LOGOUT",      0, [](Words) { return std::optional<Request>(Logout{}); }},
};
// clang-format on

template <class Rows>
auto find_row(const Rows& rows, Words words)
{
    return std::find_if(rows.begin(), rows.end(), [&](const auto& row) {
        return !words.empty() && equal_ignoring_case(row.word, words[0]) && words.size() > row.arguments;
    });
}

std::string tracking_suffix(const std::optional<std::string>& id) { return id ? " TRACKING " + *id : ""; }

} // namespace

std::optional<Message> parse_message(Words words)
{
    const auto row = find_row(kMessages, words);
    return row == kMessages.end() ? std::nullopt : row->parse(words);
}

void append(std::string& out, const Change& change)
{
    if (is_sendable_name(name_of(change)))
        std::visit(Writer{out}, change);
}

void append(std::string& out, const Tracking& result)
{
    out += fmt::format("TRACKING {} {}\n", result.id, result.outcome);
}

std::optional<Request> parse_request(Words words)
{
    const auto row = find_row(kRequests, words);
    return row == kRequests.end() ? std::nullopt : row->parse(words);
}

std::string to_line(const InstantCommand& request)
{
    return fmt::format("INSTCMD {}{}{}\n", request.command,
                       request.parameter ? " " + as_word(*request.parameter) : "",
                       tracking_suffix(request.tracking_id));
}

std::string to_line(const SetVariable& request)
{
    return fmt::format("SET {} {}{}\n", request.variable, quoted(request.value),
                       tracking_suffix(request.tracking_id));
}

} // namespace upright::driver_protocol
