// Families: the device files there are: their heads at once, to recognise a device by; the rest of one when
// it is wanted. It owns them.
#pragma once

#include "drivers/snmp/family_file.hpp"

#include <memory>

namespace upright::snmp {

class Families {
public:
    // A file in an earlier folder hides one of the same name in a later.
    explicit Families(const std::vector<std::string>& folders);

    // By order, then by name.
    const std::vector<FamilyHead>& heads() const noexcept { return heads_; }
    // What is wrong with files whose heads can't be used; they are left out.
    const std::vector<Diagnostic>& problems() const noexcept { return problems_; }

    // The whole family. DeviceError (fatal) with all its mistakes if the file is wrong, or if there is none.
    const Family& get(std::string_view name, const Oid& object_id);
    // Every mistake in all files.
    std::vector<Diagnostic> check() const;

private:
    std::map<std::string, std::string, std::less<>> files_; // by name of the family
    std::vector<FamilyHead> heads_;
    std::vector<Diagnostic> problems_;
    std::map<std::string, std::unique_ptr<const Family>, std::less<>> families_;
};

} // namespace upright::snmp
