#include "drivers/upsim/snmp/sessions.hpp"

#include "drivers/upsim/snmp/net_snmp.hpp"

#include "common/text/hex.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include <sys/epoll.h>
#include <unistd.h>

namespace upright::upsim::snmp {
namespace {

namespace asio = boost::asio;

// Seconds since 2020: a start that is later counts as a higher one, and nothing must be kept in a file.
int boots()
{
    constexpr long long kStart = 1577836800;
    return static_cast<int>(::time(nullptr) - kStart);
}

// Reads and writes no file: no configuration, no MIBs, nothing that is kept. The library makes a folder for
// certificates whatever it is told; below /dev/null there can't be one.
void start_library()
{
    for (const char* const variable : {"MIBS", "MIBDIRS"})
        ::setenv(variable, "", 1);
    for (const char* const variable : {"SNMPCONFPATH", "SNMP_PERSISTENT_DIR"})
        ::setenv(variable, "/dev/null/none", 1);
    for (const int off : {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                          NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
                          NETSNMP_DS_LIB_DONT_LOAD_HOST_FILES, NETSNMP_DS_LIB_ALARM_DONT_USE_SIG})
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, off, 1);
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    init_snmp("upsim");
}

// RFC 3411, SnmpEngineID: Net-SNMP's enterprise, and 5: octets chosen by whoever administers it.
void name_engine(std::string_view what)
{
    const auto number = std::hash<std::string_view>()(what);
    auto text = fmt::format("0x80001f8805{:016x}", number);
    exactEngineID_conf("exactEngineID", text.data());
    auto count = std::to_string(boots());
    engineBoots_conf("engineBoots", count.data());
    std::size_t length = 0;
    auto* const id = snmpv3_generate_engineID(&length);
    set_enginetime(id, static_cast<u_int>(length), static_cast<u_int>(snmpv3_local_snmpEngineBoots()),
                   static_cast<u_int>(snmpv3_local_snmpEngineTime()), TRUE);
    std::free(id); // NOLINT(cppcoreguidelines-no-malloc): the library's
}

} // namespace

Sessions::Sessions(const asio::any_io_executor& executor, std::string_view engine)
    : set_(executor, ::epoll_create1(EPOLL_CLOEXEC)), timer_(executor)
{
    start_library();
    name_engine(engine);
}

Sessions::~Sessions() { snmp_shutdown("upsim"); }

std::string Sessions::engine()
{
    std::size_t length = 0;
    auto* const id = snmpv3_generate_engineID(&length);
    const std::string bytes(reinterpret_cast<const char*>(id), length);
    std::free(id); // NOLINT(cppcoreguidelines-no-malloc): the library's
    return fmt::format("engine: 0x{}\nboots: {}\n", hex(bytes), snmpv3_local_snmpEngineBoots());
}

int Sessions::watch()
{
    int count = 0;
    fd_set ready;
    FD_ZERO(&ready);
    timeval wait{};
    int block = 1;
    snmp_select_info(&count, &ready, &wait, &block);
    std::set<int> now;
    for (int fd = 0; fd < count; ++fd)
        if (FD_ISSET(fd, &ready))
            now.insert(fd);
    for (const int fd : watched_)
        if (!now.contains(fd))
            ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, nullptr); // closed: gone by itself
    for (const int fd : now) {
        epoll_event event{.events = EPOLLIN, .data = {.fd = fd}};
        ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, fd, &event); // fails if it is there already
    }
    watched_ = std::move(now);
    return block != 0 ? -1 : static_cast<int>(wait.tv_sec * 1000 + (wait.tv_usec + 999) / 1000);
}

void Sessions::read_ready()
{
    int count = 0;
    fd_set ready;
    FD_ZERO(&ready);
    timeval wait{};
    int block = 1;
    snmp_select_info(&count, &ready, &wait, &block);
    wait = {};
    if (::select(count, &ready, nullptr, nullptr, &wait) > 0)
        snmp_read(&ready);
    snmp_timeout();
}

void Sessions::look_again()
{
    const int wait = watch();
    if (wait < 0)
        return;
    timer_.expires_after(std::chrono::milliseconds(wait));
    timer_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        snmp_timeout();
        look_again();
    });
}

asio::awaitable<Result<void>> Sessions::serve()
{
    for (;;) {
        look_again();
        boost::system::error_code ec;
        co_await set_.async_wait(asio::posix::descriptor_base::wait_read,
                                 asio::redirect_error(asio::use_awaitable, ec));
        if (ec) {
            timer_.cancel();
            co_return Result<void>{};
        }
        read_ready();
    }
}

} // namespace upright::upsim::snmp
