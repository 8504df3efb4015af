// Repeater: a UPS that another upsd serves, published here again. Owns one connection to that server; with
// credentials for it, settings and instant commands are passed on.
#pragma once

#include "common/client/connection.hpp"
#include "common/client/credentials.hpp"
#include "drivers/runtime/driver.hpp"

#include <boost/asio/io_context.hpp>

namespace upright::dummy {

class Repeater final : public Driver {
public:
    // `authconf` as option -A of the client programs. Throws DeviceError (fatal) if `port` names no UPS or a
    // named credentials file can't be read.
    Repeater(const std::string& port, const std::optional<std::string>& authconf, bool strict_start);

    void open() override;
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& parameter) override;
    Outcome set(std::string_view variable, std::string_view value) override;
    bool starts_without_device() const override { return !strict_start_; }
    std::optional<std::chrono::milliseconds> poll_again_in() const override
    {
        return std::chrono::seconds(1);
    }

private:
    template <class T>
    T wait_for(boost::asio::awaitable<T> task);
    boost::asio::awaitable<Result<void>> connect();
    boost::asio::awaitable<Result<Snapshot>> read();
    boost::asio::awaitable<Result<void>> add_writable(Snapshot& snapshot);
    boost::asio::awaitable<Result<Variable>> type_of(std::string variable);
    Outcome pass_on(Row words);

    Designation target_;
    Credentials credentials_;
    bool strict_start_;
    bool was_open_ = false;
    boost::asio::io_context io_{1};
    Connection connection_;
    std::map<std::string, Variable, CaseLess> types_; // of writable variables, asked once
};

} // namespace upright::dummy
