#include "server/upsd/check_host.hpp"

#include "server/upsd/server.hpp"
#include "server/upsd/tls_settings.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <ifaddrs.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <set>
#include <sys/stat.h>
#include <system_error>

namespace ip = boost::asio::ip;

namespace upright::upsd {
namespace {

std::set<ip::address> own_addresses()
{
    std::set<ip::address> all;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0)
        return all;
    for (const auto* one = list; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr)
            continue;
        if (one->ifa_addr->sa_family == AF_INET) {
            const auto& in = reinterpret_cast<const sockaddr_in*>(one->ifa_addr)->sin_addr; // NOLINT
            all.insert(ip::address_v4(ntohl(in.s_addr)));
        } else if (one->ifa_addr->sa_family == AF_INET6) {
            const auto& in = reinterpret_cast<const sockaddr_in6*>(one->ifa_addr)->sin6_addr; // NOLINT
            ip::address_v6::bytes_type bytes;
            std::copy(std::begin(in.s6_addr), std::end(in.s6_addr), bytes.begin());
            all.insert(ip::address_v6(bytes));
        }
    }
    ::freeifaddrs(list);
    return all;
}

class HostCheck {
public:
    HostCheck(const Document& document, const Config& config) : document_(document), config_(config) {}

    std::vector<Diagnostic> run() &&
    {
        for (const auto& statement : document_.statements) {
            if (statement.words.size() < 2)
                continue;
            const auto& name = statement.words[0].text;
            const auto& value = statement.words[1];
            if (name == "LISTEN")
                check_listen(statement.words);
            else if (name == "CERTFILE")
                certfile_ = value;
            else if (name == "CERTPATH" || name == "CERTIDENT" || name == "CERTREQUEST")
                check_use(value, name);
            else if (name == "STATEPATH" || name == "DATAPATH")
                check_folder(value);
            else if (name == "MAXCONN")
                check_most(value);
        }
        if (config_.certfile)
            check_certificate();
        return std::move(problems_);
    }

private:
    void check_listen(const std::vector<Word>& words)
    {
        const auto& address = words[1].text;
        const auto place = address + " " + (words.size() > 2 ? words[2].text : "3493");
        if (!listens_.insert(place).second)
            warn(words[1], "the same LISTEN came before");
        boost::system::error_code is_name;
        const auto literal = ip::make_address(address, is_name);
        if (is_name || literal.is_unspecified() || literal.is_loopback())
            return;
        const auto own = own_addresses();
        if (!own.empty() && !own.contains(literal))
            warn(words[1], "no network interface has this address now");
    }

    // What NUT takes with its other TLS library does nothing here without a certificate.
    void check_use(const Word& word, const std::string& name)
    {
        if (!config_.certfile)
            warn(word, name + " has no effect: without CERTFILE there is no TLS");
        else if (name == "CERTPATH")
            certpath_ = word;
    }

    void check_certificate()
    {
        struct stat status {};
        const auto& path = *config_.certfile;
        if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0)
            complain(certfile_, "everybody can read the key in it: chmod o= that file");
        const auto loaded = load_tls(config_);
        if (loaded) {
            const auto* const certificate = ::SSL_CTX_get0_certificate(loaded->get());
            if (certificate != nullptr && ::X509_cmp_current_time(::X509_get0_notAfter(certificate)) < 0)
                warn(certfile_, "this certificate has expired");
            return;
        }
        const auto text = to_string(loaded.error());
        const bool others =
            config_.certpath && text.find(*config_.certpath) != text.npos && text.find(path) == text.npos;
        complain(others ? certpath_ : certfile_, text);
    }

    void check_folder(const Word& path)
    {
        struct stat status {};
        if (::stat(path.text.c_str(), &status) != 0)
            complain(path, std::generic_category().message(errno));
        else if (!S_ISDIR(status.st_mode))
            complain(path, "this is no folder");
    }

    void check_most(const Word& number)
    {
        const auto limit = descriptor_limit();
        if (config_.max_connections && static_cast<std::size_t>(*config_.max_connections) > limit)
            warn(number,
                 fmt::format("more than the {} file descriptors that a process may have here", limit));
    }

    void complain(const Word& where, std::string text, Severity severity = Severity::error)
    {
        problems_.push_back(problem_at(document_, where, std::move(text), severity));
    }
    void warn(const Word& where, std::string text) { complain(where, std::move(text), Severity::warning); }

    const Document& document_;
    const Config& config_;
    std::set<std::string, CaseLess> listens_;
    Word certfile_;
    Word certpath_;
    std::vector<Diagnostic> problems_;
};

} // namespace

std::vector<Diagnostic> check_host(const Document& upsd_conf, const Config& config)
{
    return HostCheck(upsd_conf, config).run();
}

std::vector<Diagnostic> check_readable_by_all(const std::string& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & (S_IROTH | S_IXOTH)) == 0)
        return {};
    return {{path, 0, 0, "everybody can read this file, and the passwords in it: chmod o= it",
             Severity::warning}};
}

} // namespace upright::upsd
