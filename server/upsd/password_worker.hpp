// PasswordWorker: compares passwords with their hashes on a thread of its own, because that takes long on
// purpose. One comparison at a time; addresses take turns, so that one which sends thousands of passwords
// delays nobody else's by more than one comparison.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace upright::upsd {

class PasswordWorker {
public:
    using Done = std::function<void(bool right)>; // called on the executor

    explicit PasswordWorker(boost::asio::any_io_executor executor);
    PasswordWorker(const PasswordWorker&) = delete;
    PasswordWorker& operator=(const PasswordWorker&) = delete;
    ~PasswordWorker(); // waits for a comparison that is going on

    // `job` names it for cancel(); the caller chooses it.
    void check(std::uint64_t job, const boost::asio::ip::address& from, std::string hash,
               std::string password, Done done);
    void cancel(std::uint64_t job); // its Done is not called any more

private:
    struct Job {
        std::uint64_t id;
        std::string hash;
        std::string password;
        Done done;
    };

    void start_next();
    void finished(bool right);

    boost::asio::any_io_executor executor_;
    std::shared_ptr<PasswordWorker*> alive_; // what the thread posts back must not come too late
    std::map<boost::asio::ip::address, std::deque<Job>> waiting_;
    boost::asio::ip::address last_; // whose turn was last
    std::unique_ptr<Job> running_;
    std::unique_ptr<boost::asio::thread_pool> thread_; // from the first check on
};

} // namespace upright::upsd
