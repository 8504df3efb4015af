// NssDatabase: a folder of certificates and keys as Debian's NUT wants them in CERTPATH, made by NSS's tools.
#pragma once

#include "tests/interop/peers.hpp"
#include "tests/support/certificates.hpp"

#include <string>

namespace upright::test {

class NssDatabase {
public:
    // <folder>/<name>
    NssDatabase(const Peers& peers, const Scratch& folder, const std::string& name,
                std::string password = "");

    // What that authority has signed is believed, of servers and of clients.
    void trust(const Authority& authority) const;
    // A certificate and its key, to be shown under that name (CERTIDENT).
    void own(const std::string& name, const Certificate& certificate) const;

    const std::string& path() const noexcept { return path_; }

private:
    void tool(const std::string& name, std::vector<std::string> arguments) const;

    const Peers& peers_;
    const Scratch& folder_;
    std::string name_;
    std::string path_;
};

} // namespace upright::test
