#include "drivers/io/usb/usb_ids.hpp"

#include "common/config/paths.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <tuple>
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

class Reader {
public:
    explicit Reader(std::string file) : file_(std::move(file)) {}

    Loaded<std::vector<UsbId>> read()
    try {
        const auto document = toml::parse_file(file_);
        for (const auto& [driver, list] : document) {
            const auto* const rows = list.as_array();
            if (rows == nullptr)
                complain(list, fmt::format("{} wants a list of devices", driver.str()));
            else
                for (const auto& row : *rows)
                    take(std::string(driver.str()), row);
        }
        std::stable_sort(loaded_.problems.begin(), loaded_.problems.end(),
                         [](const Diagnostic& a, const Diagnostic& b) {
                             return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                         });
        return std::move(loaded_);
    } catch (const toml::parse_error& e) {
        complain(e.source(), std::string(e.description()));
        return std::move(loaded_);
    }

private:
    void take(std::string driver, const toml::node& node)
    {
        const auto* const row = node.as_table();
        if (row == nullptr) {
            complain(node, "want { id = \"vvvv:pppp\", ... }");
            return;
        }
        UsbId id;
        id.driver = std::move(driver);
        id.place = fmt::format("{}:{}:{}", file_, node.source().begin.line, node.source().begin.column);
        for (const auto& [key, value] : *row)
            take(id, std::string(key.str()), value);
        if (!row->contains("id"))
            complain(node, "id is missing");
        loaded_.value.push_back(std::move(id));
    }

    void take(UsbId& id, const std::string& key, const toml::node& value)
    {
        const auto text = value.value<std::string>();
        const auto* const known =
            std::find_if(kTexts.begin(), kTexts.end(), [&](const Text& one) { return one.key == key; });
        if (key != "id" && known == kTexts.end())
            complain(value, fmt::format("\"{}\" is not known{}", escaped(key), suggestion(key)));
        else if (!text)
            complain(value, fmt::format("{} wants a text in quotes", key));
        else if (key == "id")
            take_id(id, *text, value);
        else
            id.*(known->member) = *text;
    }

    void take_id(UsbId& id, std::string_view text, const toml::node& value)
    {
        const auto colon = text.find(':');
        const auto vendor = hex(text.substr(0, colon));
        const auto product = colon == text.npos ? std::nullopt : hex(text.substr(colon + 1));
        if (!vendor || !product) {
            complain(value, fmt::format("\"{}\": want vendor and product, as \"051d:0002\"", escaped(text)));
            return;
        }
        id.vendor_id = *vendor;
        id.product_id = *product;
    }

    static std::string suggestion(std::string_view key)
    {
        std::vector<std::string_view> names{"id"};
        for (const auto& text : kTexts)
            names.push_back(text.key);
        return did_you_mean(key, names);
    }

    void complain(const toml::node& where, std::string text) { complain(where.source(), std::move(text)); }
    void complain(const toml::source_region& where, std::string text)
    {
        loaded_.problems.push_back({file_, static_cast<int>(where.begin.line),
                                    static_cast<int>(where.begin.column), std::move(text)});
    }

    std::string file_;
    Loaded<std::vector<UsbId>> loaded_;
};

} // namespace

bool UsbId::fits(const UsbDescription& device, bool texts_known) const
{
    if (device.vendor_id != vendor_id || device.product_id != product_id)
        return false;
    return !texts_known
           || ((manufacturer.empty() || device.vendor == manufacturer)
               && (product.empty() || device.product == product));
}

Loaded<std::vector<UsbId>> load_usb_ids(const std::string& file) { return Reader(file).read(); }

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
