// One SNMP UPS of a profile for a test, without an agent: its time goes on when it is told to.
#pragma once

#include "drivers/upsim/snmp/answer.hpp"
#include "drivers/upsim/snmp/binding.hpp"
#include "drivers/upsim/snmp/profiles.hpp"

#include <map>
#include <string>

namespace upright::upsim::snmp {

struct OneSnmpUps {
    explicit OneSnmpUps(std::string_view name, ProfileOptions options = {.outlets = 4, .units = 1})
        : profile(*find_profile(name)), model(Rating{}, 7), rows(profile.rows(options))
    {
        model.set_steady(true);
        if (profile.outlets != nullptr)
            settings.outlets.resize(static_cast<std::size_t>(profile.outlets(options)));
        for (const auto& row : rows)
            if (const auto oid = to_oid(row.oid))
                tree.add(*oid, object_of(row, state()));
        add_alarms(tree, profile, state());
        look();
    }

    State state() { return {model, settings}; }
    void look(double seconds = 0)
    {
        model.advance(model.now() + seconds);
        settings.watch(model);
        watch_alarms(profile, state());
    }
    Response ask(Request request)
    {
        look();
        return answer(tree, faults, request);
    }
    // One object; its text, or that of what is wrong.
    std::string get(const char* oid)
    {
        const auto response = ask({.bindings = {{*to_oid(oid), {}}}});
        const auto& value = response.bindings.at(0).value;
        return value.type >= Type::no_such_object ? "none" : to_string(value);
    }
    Status set(const char* oid, Value value)
    {
        const auto status = ask({.kind = Request::Kind::set,
                                 .may_write = true,
                                 .bindings = {{*to_oid(oid), std::move(value)}}})
                                .status;
        look();
        return status;
    }
    Status set(const char* oid, int number) { return set(oid, Value::of(Type::integer, number)); }
    std::map<std::string, std::string> truth() { return truth_of(profile, rows, state()); }

    const Profile& profile;
    Model model;
    Settings settings;
    std::vector<Row> rows;
    Tree tree;
    Faults faults;
};

} // namespace upright::upsim::snmp
