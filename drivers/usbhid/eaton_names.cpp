#include "drivers/usbhid/eaton_names.hpp"

#include <algorithm>
#include <array>

namespace upright::usbhid {
namespace {

struct Family {
    std::string_view product; // as the device says it
    std::string_view prefix;  // of its model; not part of the name
    std::string_view name;
    std::array<std::string_view, 6> models;
};

// clang-format off
constexpr std::array kFamilies{
    Family{"Eaton 5P",  "",   "5P",               {"650", "850", "1150", "1550"}},
    Family{"ELLIPSE",   "",   "ellipse",          {"300", "500", "650", "800", "1200"}},
    Family{"ELLIPSE",   "PR", "ellipse premium",  {"500", "650", "800", "1200"}},
    Family{"Evolution", "",   "Pulsar Evolution", {"500", "800", "1100", "1500", "2200", "3000"}},
    Family{"PULSAR M",  "",   "Pulsar M",         {"2200", "3000"}},
    Family{"EXtreme",   "",   "Pulsar EXtreme",   {"700C", "1000C", "1500C", "2200C", "3200C"}},
};
// clang-format on

} // namespace

std::string eaton_name(std::string_view product, std::string_view model)
{
    for (const auto& family : kFamilies) {
        if (product != family.product || !model.starts_with(family.prefix))
            continue;
        const auto rest = model.substr(family.prefix.size());
        if (!rest.empty()
            && std::find(family.models.begin(), family.models.end(), rest) != family.models.end())
            return std::string(family.name) + " " + std::string(rest);
    }
    if (product.empty() || model.empty())
        return std::string(product.empty() ? model : product);
    return std::string(product) + " " + std::string(model);
}

} // namespace upright::usbhid
