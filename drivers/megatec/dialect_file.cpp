// Reads devices/*.toml (docs/megatec-device-files.md).
#include "common/config/document.hpp"
#include "common/text/nearest.hpp"
#include "drivers/megatec/device_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace upright::megatec {
namespace {

// "Q1", { query = "WH", option = "slave_addr", reading = "ups.id" }, or { ask = "QPI\r", begins = ["(PI98"]
// }.
void add_claim(const toml::node& node, Dialect& dialect, TomlFields& top, Complaints& complaints)
{
    Claim claim;
    auto name = node.value_or(std::string{});
    if (const auto* const table = node.as_table()) {
        TomlFields fields(*table, complaints);
        if (table->contains("ask")) {
            claim.ask = asked(fields, "ask", true);
            claim.begins = fields.texts("begins");
            if (claim.begins.empty())
                fields.complain("begins is missing");
        } else {
            name = fields.required_text("query");
            claim.option = fields.text("option").value_or("");
            claim.reading = fields.text("reading").value_or("");
            if (claim.option.empty() != claim.reading.empty())
                fields.complain("option and reading go together");
        }
        claim.unless_named = fields.flag("unless_named");
        fields.finish();
    }
    if (!claim.ask.empty()) {
        dialect.claims.push_back(std::move(claim));
        return;
    }
    if (const auto* const query = dialect.query(name); query != nullptr) {
        claim.ask = query->ask;
        claim.query = name;
        dialect.claims.push_back(std::move(claim));
        return;
    }
    std::vector<std::string_view> names;
    for (const auto& one : dialect.queries)
        names.push_back(one.name);
    top.complain(node, fmt::format("no query is called \"{}\"{}", name, did_you_mean(name, names)));
}

void add_claims(Dialect& dialect, TomlFields& fields, Complaints& complaints)
{
    const auto* const node = fields.required("claim");
    if (node == nullptr)
        return;
    if (!node->is_array() || node->as_array()->empty()) {
        fields.complain(*node, "claim wants a list of queries");
        return;
    }
    for (const auto& entry : *node->as_array())
        add_claim(entry, dialect, fields, complaints);
}

Replies replies_of(const toml::table* table, Complaints& complaints)
{
    Replies replies;
    if (table == nullptr)
        return replies;
    TomlFields fields(*table, complaints);
    replies.accepted = fields.texts("accepted");
    replies.refused = fields.texts("refused");
    replies.silence_accepts = !fields.flag("wants_answer");
    fields.finish();
    return replies;
}

// What is there already under the same name gives way.
template <class Entry, class Name>
void put(std::vector<Entry>& entries, Entry entry, Name name)
{
    const auto same = std::find_if(entries.begin(), entries.end(),
                                   [&](const Entry& one) { return name(one) == name(entry); });
    if (same == entries.end())
        entries.push_back(std::move(entry));
    else
        *same = std::move(entry);
}

void put_query(Dialect& dialect, const toml::table& table, const Dialect& base, Complaints& complaints)
{
    auto query = query_of(table, base, complaints);
    // One that is made from another takes its place in the order.
    const auto former = table["like"].value_or(query.name);
    const auto same = std::find_if(dialect.queries.begin(), dialect.queries.end(),
                                   [&](const Query& one) { return one.name == former; });
    if (same == dialect.queries.end())
        dialect.queries.push_back(std::move(query));
    else
        *same = std::move(query);
}

// Takes away what the base has and this dialect has not.
void leave_out(Dialect& dialect, TomlFields& fields)
{
    for (const auto& name : fields.texts("without")) {
        const auto taken =
            std::erase_if(dialect.queries, [&](const Query& one) { return one.name == name; })
            + std::erase_if(dialect.commands, [&](const Command& one) { return one.name == name; })
            + std::erase_if(dialect.settings, [&](const Setting& one) { return one.variable == name; });
        if (taken == 0)
            fields.complain(*fields.node("without"),
                            fmt::format("{} has no query, command or setting called \"{}\"",
                                        dialect.name.empty() ? "no other dialect" : dialect.name, name));
    }
}

Dialect base_of(TomlFields& fields, const FindDialect& find)
{
    const auto name = fields.text("like");
    if (!name)
        return {};
    if (const auto* const base = find(*name); base != nullptr)
        return *base;
    fields.complain(*fields.node("like"), fmt::format("there is no dialect \"{}\" to build on", *name));
    return {};
}

void read_constants(TomlFields& fields, Dialect& dialect)
{
    for (auto& [variable, value] : words_of(fields, "constants"))
        dialect.constants.insert_or_assign(variable, value);
}

Dialect dialect_of(const toml::table& top, const FindDialect& find, Complaints& complaints)
{
    TomlFields fields(top, complaints);
    const auto base = base_of(fields, find);
    auto dialect = base;
    leave_out(dialect, fields);
    dialect.name = fields.required_text("name");
    dialect.version = fields.text("version").value_or(dialect.name);
    fields.required("probe");
    dialect.probe = fields.whole("probe", 0, 9999).value_or(0);
    dialect.silence_ms = fields.whole("silence_ms", 100, 10000).value_or(dialect.silence_ms);
    dialect.bridges = fields.texts("bridges");
    dialect.checksum = fields.flag("checksum") || dialect.checksum;
    if (top.contains("replies"))
        dialect.replies = replies_of(fields.table("replies"), complaints);
    read_constants(fields, dialect);
    if (base.queries.empty())
        fields.required("query");
    for (const auto* const query : fields.tables("query"))
        put_query(dialect, *query, base, complaints);
    for (const auto* const command : fields.tables("command"))
        put(dialect.commands, command_of(*command, complaints), [](const Command& one) { return one.name; });
    for (const auto* const setting : fields.tables("setting"))
        put(dialect.settings, setting_of(*setting, complaints),
            [](const Setting& one) { return one.variable; });
    dialect.claims.clear();
    add_claims(dialect, fields, complaints);
    fields.finish();
    return dialect;
}

// The files of all folders, each read once, bases first.
class Loader {
public:
    explicit Loader(const std::vector<std::string>& folders)
    {
        for (const auto& folder : folders) {
            std::error_code missing;
            for (const auto& entry : std::filesystem::directory_iterator(folder, missing))
                if (entry.path().extension() == ".toml")
                    files_[entry.path().stem()].push_back({entry.path(), folder, State::unread, {}, {}});
        }
    }

    Loaded<std::vector<Dialect>> load()
    {
        Loaded<std::vector<Dialect>> all;
        for (auto& [name, files] : files_)
            load(files.front());
        for (auto& [name, files] : files_)
            for (auto& file : files)
                all.problems.insert(all.problems.end(), file.problems.begin(), file.problems.end());
        for (auto& [name, files] : files_)
            all.value.push_back(std::move(files.front().dialect));
        std::sort(all.value.begin(), all.value.end(), [](const Dialect& a, const Dialect& b) {
            return std::tie(a.probe, a.name) < std::tie(b.probe, b.name);
        });
        return all;
    }

private:
    enum class State { unread, reading, read };
    struct File {
        std::string path;
        std::string folder;
        State state = State::unread;
        Dialect dialect;
        std::vector<Diagnostic> problems;
    };

    void load(File& file)
    {
        if (file.state != State::unread)
            return;
        file.state = State::reading;
        if (const auto text = read_file(file.path)) {
            auto loaded = parse_dialect(file.path, *text,
                                        [&](std::string_view name) { return find(name, file.folder); });
            file.dialect = std::move(loaded.value);
            file.problems = std::move(loaded.problems);
        } else {
            file.problems.push_back({file.path, 0, 0, to_string(text.error())});
        }
        file.state = State::read;
    }

    // A file builds on its neighbours first, so that a user's megatec is no base of ours; and one that takes
    // the place of another may build on that one.
    const Dialect* find(std::string_view name, const std::string& folder)
    {
        const auto found = files_.find(name);
        if (found == files_.end())
            return nullptr;
        for (const bool neighbour : {true, false})
            for (auto& file : found->second) {
                if ((file.folder == folder) == neighbour)
                    load(file);
                if ((file.folder == folder) == neighbour && file.state == State::read)
                    return &file.dialect;
            }
        return nullptr;
    }

    std::map<std::string, std::vector<File>, std::less<>> files_; // by name, as the folders come
};

} // namespace

Loaded<Dialect> parse_dialect(const std::string& file, std::string_view toml, const FindDialect& find)
{
    Complaints complaints(file);
    Dialect dialect;
    if (const auto line = hopeless_line(toml))
        return {{}, {{file, *line, 1, "this is no device file: it is too large, or has too much in a line"}}};
    try {
        dialect = dialect_of(toml::parse(toml, file), find, complaints);
    } catch (const toml::parse_error& e) {
        complaints.add(e.source(), std::string(e.description()));
    }
    return {std::move(dialect), complaints.take()};
}

Loaded<std::vector<Dialect>> load_dialects(const std::vector<std::string>& folders)
{
    return Loader(folders).load();
}

} // namespace upright::megatec
