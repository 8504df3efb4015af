#include "drivers/upsim/snmp/tree.hpp"

namespace upright::upsim::snmp {

const Object* Tree::find(const Oid& oid) const
{
    const auto found = objects_.find(oid);
    return found == objects_.end() ? nullptr : &found->second;
}

std::optional<Binding> Tree::next(const Oid& oid) const
{
    for (auto at = objects_.upper_bound(oid); at != objects_.end(); ++at)
        if (auto value = at->second.read())
            return Binding{at->first, std::move(*value)};
    return std::nullopt;
}

bool Tree::knows_column(const Oid& oid) const
{
    if (oid.empty())
        return false;
    const Oid column(oid.begin(), oid.end() - 1);
    const auto at = objects_.lower_bound(column);
    return at != objects_.end() && is_at_or_below(at->first, column);
}

} // namespace upright::upsim::snmp
