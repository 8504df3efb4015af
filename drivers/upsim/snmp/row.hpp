// The parts of an SNMP UPS's profile: its objects, each with what it tells, who may write it, and what a
// driver shall make of it. The agent's tree and the truth are both made from these rows.
#pragma once

#include "drivers/upsim/model.hpp"
#include "drivers/upsim/snmp/state.hpp"
#include "drivers/upsim/snmp/value.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upright::upsim::snmp {

// Something that can be read, in V, A, Hz, W, s, degrees C, %, or as a number with a meaning; not a number:
// it isn't there now. `number` says which one: a line, an outlet; of what is fixed, the number itself.
struct Quantity {
    double (*read)(const State& state, double number) = nullptr;
    void (*write)(const State& state, double number, double value) = nullptr;
    double number = 0;
};

struct Limits { // of what may be written: of a number, of a text's length
    double low = 0;
    double high = -1;

    bool any() const { return low <= high; }
};

struct Row {
    std::string oid;
    Type type = Type::integer;
    Quantity what = {};
    double per = 1; // in the object a unit is so much
    // What a driver shall publish: names with ; between them; ups.status gathers words.
    std::string variable = {};
    // "1=disabled;2=enabled": what numbers mean. Else a number is written with no decimals, or with two.
    std::string_view map = {};
    Limits set = {};
    // Octets: the text, or what it is at first. An identifier: what stands before the number, if there is
    // one.
    std::string text = {};
    bool test_and_incr = false; // RFC 2579: takes only what it is, and goes up then
};

// A condition that is in the alarm table while it holds.
struct Alarm {
    Oid what;
    Quantity holds;
    std::string_view status = {}; // a word for ups.status
};

// What is told when a condition begins, and when it ends.
struct Event {
    Quantity holds;
    Oid begins;                    // may be empty
    Oid ends;                      // likewise
    std::vector<Oid> objects = {}; // whose values come with it
    double every = 0;              // s; it is told again while it holds
};

struct ProfileOptions {
    int outlets = 24;
    int units = 1;
};

struct Profile {
    using Texts = std::vector<std::pair<std::string, std::string>>;

    std::string_view name;
    std::string_view object_id; // sysObjectID
    std::string_view description;
    std::vector<Row> (*rows)(const ProfileOptions& options);
    std::vector<Alarm> alarms = {};
    Oid alarm_table = {}; // the entry: columns 1 number, 2 what, 3 since when
    Oid alarm_count = {};
    bool alarm_numbers_shown = false;
    Oid alarm_added = {}; // notifications
    Oid alarm_removed = {};
    std::vector<Event> (*events)(const ProfileOptions& options) = nullptr;
    int (*outlets)(const ProfileOptions& options) = nullptr; // how many there are in all
    Texts more_truth = {}; // variables that no object tells, and drivers know
};

} // namespace upright::upsim::snmp
