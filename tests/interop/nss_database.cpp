#include "tests/interop/nss_database.hpp"

#include <filesystem>
#include <stdexcept>

namespace upright::test {

NssDatabase::NssDatabase(const Peers& peers, const Scratch& folder, const std::string& name,
                         std::string password)
    : peers_(peers), folder_(folder), name_(name), path_(folder.file(name))
{
    std::filesystem::create_directory(path_);
    folder_.write(name_ + ".password", password + "\n");
    tool("certutil", {"-N", "-f", folder_.file(name_ + ".password")});
}

void NssDatabase::tool(const std::string& name, std::vector<std::string> arguments) const
{
    arguments.insert(arguments.begin(), {peers_.program(name), "-d", "sql:" + path_});
    const auto done = run(arguments, peers_.environment(folder_));
    if (done.exit_code != 0)
        throw std::runtime_error(name + ": " + done.err);
}

void NssDatabase::trust(const Authority& authority) const
{
    const auto file = folder_.write(name_ + ".ca.pem", authority.certificate());
    tool("certutil",
         {"-A", "-n", "authority", "-t", "CT,,", "-a", "-i", file, "-f", folder_.file(name_ + ".password")});
}

void NssDatabase::own(const std::string& name, const Certificate& certificate) const
{
    const auto pem = folder_.write(name_ + ".own.pem", certificate.pem());
    const auto bundle = folder_.file(name_ + ".p12");
    const auto packed = run({"/usr/bin/openssl", "pkcs12", "-export", "-in", pem, "-out", bundle, "-name",
                             name, "-passout", "pass:x"},
                            {});
    if (packed.exit_code != 0)
        throw std::runtime_error("openssl pkcs12: " + packed.err);
    tool("pk12util", {"-i", bundle, "-W", "x", "-k", folder_.file(name_ + ".password")});
}

} // namespace upright::test
