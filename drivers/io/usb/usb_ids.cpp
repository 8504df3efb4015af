#include "drivers/io/usb/usb_ids.hpp"

#include "common/config/paths.hpp"
#include "common/text/number.hpp"
#include "common/toml/toml_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <utility>

namespace upright::io {
namespace {

struct Text {
    std::string_view key;
    std::string UsbId::*member;
};

constexpr std::array kTexts{
    Text{"via", &UsbId::via},         Text{"manufacturer", &UsbId::manufacturer},
    Text{"product", &UsbId::product}, Text{"quirk", &UsbId::quirk},
    Text{"brand", &UsbId::brand},
};

std::optional<std::uint16_t> hex(std::string_view text)
{
    std::uint16_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    const bool whole = failed == std::errc{} && end == text.data() + text.size();
    return whole && text.size() == 4 ? std::optional(value) : std::nullopt;
}

void take_id(UsbId& id, TomlFields& fields)
{
    const auto text = fields.required_text("id");
    const auto colon = text.find(':');
    const auto vendor = hex(std::string_view(text).substr(0, colon));
    const auto product = colon == text.npos ? std::nullopt : hex(std::string_view(text).substr(colon + 1));
    if (!vendor || !product) {
        if (!text.empty())
            fields.complain(*fields.node("id"),
                            fmt::format("\"{}\": want vendor and product, as \"051d:0002\"", escaped(text)));
        return;
    }
    id.vendor_id = *vendor;
    id.product_id = *product;
}

UsbId id_of(const std::string& file, std::string_view driver, const toml::table& row, Complaints& complaints)
{
    TomlFields fields(row, complaints);
    UsbId id;
    id.driver = driver;
    id.place = fmt::format("{}:{}:{}", file, row.source().begin.line, row.source().begin.column);
    take_id(id, fields);
    for (const auto& text : kTexts)
        id.*(text.member) = fields.text(text.key).value_or("");
    fields.finish();
    return id;
}

} // namespace

bool UsbId::fits(const UsbDescription& device, bool texts_known) const
{
    if (device.vendor_id != vendor_id || device.product_id != product_id)
        return false;
    return !texts_known
           || ((manufacturer.empty() || device.vendor == manufacturer)
               && (product.empty() || device.product == product));
}

Loaded<std::vector<UsbId>> load_usb_ids(const std::string& file)
{
    Complaints complaints(file);
    std::vector<UsbId> ids;
    try {
        const auto document = toml::parse_file(file);
        TomlFields drivers(document, complaints);
        for (const auto& [driver, list] : document)
            for (const auto* const row : drivers.tables(driver.str()))
                ids.push_back(id_of(file, driver.str(), *row, complaints));
    } catch (const toml::parse_error& e) {
        complaints.add(e.source(), std::string(e.description()));
    }
    return {std::move(ids), complaints.take()};
}

std::string usb_ids_file(const std::string& config_dir)
{
    auto own = config_dir + "/devices/usb-ids.toml";
    std::error_code ignored;
    return std::filesystem::exists(own, ignored) ? own : paths::device_dir() + "/usb-ids.toml";
}

const UsbId* find_usb_id(const std::vector<UsbId>& ids, std::string_view driver, const UsbDescription& device,
                         bool texts_known)
{
    const auto found = std::find_if(ids.begin(), ids.end(), [&](const UsbId& id) {
        return id.driver == driver && id.fits(device, texts_known);
    });
    return found == ids.end() ? nullptr : &*found;
}

} // namespace upright::io
