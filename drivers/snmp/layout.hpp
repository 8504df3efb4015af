// Layout: which objects of one device are read when, and what each becomes: the rows of its families bound to
// the objects that it has. Made by Discovery; it points into the families, which must outlive it.
#pragma once

#include "drivers/snmp/reading.hpp"

#include <set>

namespace upright::snmp {

struct Point {
    Oid oid;
    Poll poll = Poll::full;
    Value value; // as it was read last
};

using PointNumber = std::size_t; // in Layout::points

struct BoundValue {
    std::string variable;
    const ValueRow* row;
    PointNumber point;
    Circumstances circumstances;
    bool required;       // the data are stale without it
    std::string plain{}; // of the first device of a chain: its name without the device, shown, too
};

struct BoundWords {
    const WordRow* row;
    PointNumber point;
    std::string label; // "outlet 3"; empty: none
};

struct BoundList {
    const AlarmList* list;
    std::optional<PointNumber> count;
};

struct BoundStep {
    const Step* step;
    Oid oid;
};

struct BoundCommand {
    std::string name;
    const CommandRow* row;
    std::vector<BoundStep> steps;
    std::optional<Oid> confirm;
};

// What one family tells of the device.
struct FamilyLayout {
    const Family* family;
    std::vector<BoundWords> status;
    std::vector<BoundWords> alarms;
    std::vector<BoundList> lists;
};

struct Layout {
    std::vector<Point> points;
    std::vector<FamilyLayout> families; // in the order of their rank
    std::vector<BoundValue> values;     // of those with one variable the first that says something counts
    std::vector<BoundCommand> commands; // of those with one name the first that is obeyed counts
    std::map<std::string, std::string> counts; // variables that tell the number of rows

    std::size_t objects() const noexcept { return points.size(); }
};

} // namespace upright::snmp
