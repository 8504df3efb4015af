#include "drivers/upsim/dialects/table_device.hpp"

#include <utility>

namespace upright::upsim {

TableDevice::TableDevice(Identity identity, std::span<const Query> queries, Manners manners,
                         bool (*obeys)(Model& model, std::string_view command))
    : identity_(std::move(identity)), queries_(queries), manners_(manners), obeys_(obeys)
{
}

std::optional<std::string> TableDevice::answer(Model& model, std::string_view command)
{
    for (const auto& query : queries_)
        if (query.command == command)
            return query.reply(model, identity_);
    if (!obeys_(model, command))
        return std::string(manners_.refused.empty() ? command : manners_.refused) + '\r';
    if (manners_.obeyed.empty())
        return std::nullopt;
    return std::string(manners_.obeyed) + '\r';
}

} // namespace upright::upsim
