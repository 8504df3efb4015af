#include "common/state/change.hpp"

#include <fmt/format.h>

namespace upright {
namespace {

struct Describe {
    std::string operator()(const SetValue& c) const { return fmt::format("set {}={}", c.variable, c.value); }
    std::string operator()(const RemoveVariable& c) const { return fmt::format("remove {}", c.variable); }
    std::string operator()(const AddEnum& c) const
    {
        return fmt::format("add enum {} {}", c.variable, c.value);
    }
    std::string operator()(const RemoveEnum& c) const
    {
        return fmt::format("remove enum {} {}", c.variable, c.value);
    }
    std::string operator()(const AddRange& c) const
    {
        return fmt::format("add range {} {}..{}", c.variable, c.range.min, c.range.max);
    }
    std::string operator()(const RemoveRange& c) const
    {
        return fmt::format("remove range {} {}..{}", c.variable, c.range.min, c.range.max);
    }
    std::string operator()(const SetMaxLength& c) const
    {
        return fmt::format("max length {} {}", c.variable, c.length);
    }
    std::string operator()(const SetFlags& c) const
    {
        return fmt::format("flags {}{}{}{}", c.variable, c.flags.rw ? " RW" : "",
                           c.flags.text ? " STRING" : "", c.flags.number ? " NUMBER" : "");
    }
    std::string operator()(const AddCommand& c) const { return fmt::format("add command {}", c.command); }
    std::string operator()(const RemoveCommand& c) const
    {
        return fmt::format("remove command {}", c.command);
    }
    std::string operator()(const SetFresh& c) const { return c.fresh ? "fresh" : "stale"; }
};

} // namespace

std::string to_string(const Change& change) { return std::visit(Describe{}, change); }

} // namespace upright
