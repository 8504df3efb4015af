#include "server/upsd/check.hpp"

#include "common/config/paths.hpp"
#include "server/upsd/check_host.hpp"
#include "server/upsd/check_names.hpp"

#include <cstdlib>
#include <unistd.h>

namespace upright::upsd {
namespace {

// One file of the folder: its text, what is wrong with it, and what parsing makes of it.
class File {
public:
    File(std::string_view name, Severity if_missing) : path(paths::config_file(name))
    {
        auto text = read_file(path);
        there = text.has_value();
        if (there)
            checked.source = *std::move(text);
        else
            checked.problems.push_back({path, 0, 0, text.error().code.message(), if_missing});
    }

    void add(const std::vector<Diagnostic>& problems)
    {
        checked.problems.insert(checked.problems.end(), problems.begin(), problems.end());
    }

    template <class T>
    T take(Loaded<T> loaded)
    {
        add(loaded.problems);
        return std::move(loaded.value);
    }

    std::string path;
    bool there = false;
    CheckedFile checked;
};

} // namespace

int check(std::FILE* out)
{
    File upsd_conf("upsd.conf", Severity::error);
    File ups_conf("ups.conf", Severity::error);
    File users("upsd.users", Severity::warning); // upsd serves readers without it
    const bool monitors = ::access(paths::config_file("upsmon.conf").c_str(), F_OK) == 0;

    ConfigSet set;
    set.users_file = users.path;
    set.upsd_conf =
        parse_document(upsd_conf.path, upsd_conf.checked.source).value; // its problems come with Config
    set.config = upsd_conf.take(parse_config(upsd_conf.path, upsd_conf.checked.source));
    apply_environment(set.config);
    set.ups_conf = ups_conf.take(parse_ups_conf(ups_conf.path, ups_conf.checked.source));
    set.users = users.take(parse_users(users.path, users.checked.source, set.config.access));

    upsd_conf.add(check_readable_by_all(upsd_conf.path));
    upsd_conf.add(check_host(set.upsd_conf, set.config));
    upsd_conf.add(check_access(set));
    if (ups_conf.there)
        ups_conf.add(check_ups_sections(set));
    users.add(check_readable_by_all(users.path));
    users.add(check_users(set));
    std::vector files{upsd_conf.checked, ups_conf.checked, users.checked};
    if (monitors) {
        File upsmon("upsmon.conf", Severity::warning);
        // As upsd.users: without the bytes that do not pass the network. What its own lines lack upsmon says.
        const auto document = parse_document(upsmon.path, upsmon.checked.source, false).value;
        upsmon.add(check_readable_by_all(upsmon.path));
        upsmon.add(check_monitors(set, document));
        files.push_back(upsmon.checked);
    }
    return print_problems(std::move(files), out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int check() { return check(stdout); }

} // namespace upright::upsd
