#include "drivers/snmp/families.hpp"

#include "common/config/document.hpp"
#include "common/text/number.hpp"
#include "drivers/runtime/device_files.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::snmp {
Families::Families(const std::vector<std::string>& folders) : files_(device_files(folders))
{
    for (const auto& [name, file] : files_) {
        const auto text = read_file(file);
        if (!text) {
            problems_.push_back({file, 0, 0, to_string(text.error())});
            continue;
        }
        auto head = parse_family_head(file, *text);
        problems_.insert(problems_.end(), head.problems.begin(), head.problems.end());
        if (head.clean())
            heads_.push_back(std::move(head.value));
    }
    std::stable_sort(heads_.begin(), heads_.end(),
                     [](const auto& one, const auto& other) { return one.order < other.order; });
}

const Family& Families::get(std::string_view name, const Oid& object_id)
{
    if (const auto known = families_.find(name); known != families_.end())
        return *known->second;
    const auto file = files_.find(name);
    if (file == files_.end())
        throw DeviceError(fmt::format("there is no device file called {}", escaped(name)),
                          DeviceError::Kind::fatal);
    const auto text = read_file(file->second);
    if (!text)
        throw DeviceError(to_string(text.error()), DeviceError::Kind::fatal);
    auto family = std::make_unique<const Family>(sound(parse_family(file->second, *text, object_id)));
    return *families_.emplace(file->first, std::move(family)).first->second;
}

std::vector<Diagnostic> Families::check() const
{
    std::vector<Diagnostic> all;
    for (const auto& [name, file] : files_) {
        const auto text = read_file(file);
        const auto family = parse_family(file, text ? *text : std::string());
        all.insert(all.end(), family.problems.begin(), family.problems.end());
    }
    return all;
}

} // namespace upright::snmp
