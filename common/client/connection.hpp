// Connection owns one TCP connection to an upsd and speaks its protocol: one question at a time, each with a
// time limit. Every error text is one that client_text() shows as it is; after a lost or senseless reply the
// connection is closed, after a refusal (ERR) it stays usable. Outlives the coroutines that use it.
#pragma once

#include "common/client/designation.hpp"
#include "common/client/resolve.hpp"
#include "common/client/transport.hpp"
#include "common/result.hpp"
#include "common/tls/context.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

using Row = std::vector<std::string>;
using Rows = std::vector<Row>;

// How long connecting may take: what option -W says, else NUT_DEFAULT_CONNECT_TIMEOUT, else 10 s. Seconds,
// fractions allowed; 0 means no limit. Fails only for a bad `option`.
Result<std::chrono::milliseconds> connect_limit(const std::optional<std::string>& option = std::nullopt);

class Connection {
public:
    static constexpr std::chrono::seconds kReplyLimit{5}; // for one line
    static constexpr std::chrono::seconds kListLimit{60}; // for a whole list
    static constexpr std::size_t kLongestReply = 65536;   // bytes in a line
    static constexpr std::size_t kMostRows = 65536;       // in a list

    explicit Connection(const boost::asio::any_io_executor& executor);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() = default;

    // From the next connect() on, only addresses of that family.
    void use_only(AddressFamily family) noexcept { family_ = family; }

    // Tries each address of the server in turn, within `limit` in all (0: none), and changes to TLS if the
    // server can, as `settings` demand. Drops an earlier connection.
    boost::asio::awaitable<Result<void>> connect(Server server, std::chrono::milliseconds limit,
                                                 tls::ClientSettings settings);
    // With TLS if the server can; whoever it is.
    boost::asio::awaitable<Result<void>> connect(Server server, std::chrono::milliseconds limit);

    // USERNAME and PASSWORD. A server accepts both blindly: a wrong pair shows at the first command that
    // needs it, as "Access denied".
    boost::asio::awaitable<Result<void>> authenticate(std::string user, std::string password);

    // Sends one command and returns the reply line as it is, or the refusal. The words are quoted as needed.
    boost::asio::awaitable<Result<std::string>> ask(Row words);
    template <class... Words>
    auto ask(const Words&... words)
    {
        return ask(row(words...));
    }

    // The same for a line that is written already: SET VAR has its value in quotes whether they are needed or
    // not. Without newline; what comes from people must have passed through as_word() or quoted().
    boost::asio::awaitable<Result<std::string>> ask_line(std::string line);

    // get("VAR", ups, name): the words of the reply behind those of the question. Fails if there are fewer
    // than `at least one`, or the reply answers another question.
    boost::asio::awaitable<Result<Row>> get(Row query);
    template <class... Words>
    auto get(const Words&... words)
    {
        return get(row(words...));
    }

    // list("VAR", ups): the rows, each without the words of the question; in the server's order. A row has at
    // least one word.
    boost::asio::awaitable<Result<Rows>> list(Row query);
    template <class... Words>
    auto list(const Words&... words)
    {
        return list(row(words...));
    }

    // subscribe("UPS", ups) or subscribe("ALL"): `take` is given each row of the answer (BEGIN, STATE, VAR,
    // END
    // ...), and from then on each NOTIFY line, without that word, also in the midst of other questions. It
    // must not use the Connection. Fails with Errc::unknown_command where the server can't do that.
    using Take = std::function<void(const Row& row)>;
    boost::asio::awaitable<Result<void>> subscribe(Row query, Take take);

    // Listens for NOTIFY lines until then; that none came is no failure.
    boost::asio::awaitable<Result<void>> listen(std::chrono::steady_clock::time_point until);

    // Listens until some have come (true) and have been handed over, or until then, or until interrupt().
    // Without a subscription it still notices at once when the server goes.
    boost::asio::awaitable<Result<bool>> hear(std::chrono::steady_clock::time_point until);

    // Ends a hear() or listen() that is under way, or else the next one.
    void interrupt();

    // Says good-bye, waits at most a second for the answer, and closes.
    boost::asio::awaitable<void> logout();

    void close();
    bool is_open() const noexcept { return transport_.is_open(); }
    bool is_encrypted() const noexcept { return transport_.is_encrypted(); }

private:
    using Clock = std::chrono::steady_clock;

    template <class... Words>
    static Row row(const Words&... words)
    {
        return Row{std::string(words)...};
    }

    boost::asio::awaitable<Result<Endpoints>> addresses_of(Server server, Clock::time_point until);
    boost::asio::awaitable<Result<void>> secure(tls::ClientSettings settings, std::string host,
                                                Clock::time_point until);
    boost::asio::awaitable<Result<void>> send(Row words, Clock::time_point until);
    boost::asio::awaitable<Result<void>> send_line(std::string line, Clock::time_point until);
    boost::asio::awaitable<Result<std::string>> read_line(Clock::time_point until);
    bool take_notice();
    boost::asio::awaitable<Result<Row>> read_row(Clock::time_point until);
    Error lost(const boost::system::error_code& reason, const char* what);
    Error senseless();

    boost::asio::any_io_executor executor_;
    Transport transport_;
    std::string received_; // bytes of replies not read yet
    std::array<char, 4096> block_{};
    Take take_; // set while subscribed
    AddressFamily family_ = AddressFamily::any;
    bool listening_ = false;
    bool interrupted_ = false;
};

// The words of one reply line. NUT sends some texts without the backslash before #; those are read, too.
std::optional<Row> reply_words(std::string_view line);

} // namespace upright
