// A command line as main() gets it; for tests of what reads it.
#pragma once

#include <string>
#include <vector>

namespace upright::test {

class Arguments {
public:
    Arguments(std::string program, std::vector<std::string> words) : words_(std::move(words))
    {
        words_.insert(words_.begin(), std::move(program));
        for (auto& word : words_)
            argv_.push_back(word.data());
        argv_.push_back(nullptr);
    }
    Arguments(const Arguments&) = delete;
    Arguments& operator=(const Arguments&) = delete;

    int count() const { return static_cast<int>(words_.size()); }
    char** values() { return argv_.data(); }

    // As it stands there now; 0 is the program.
    const std::string& word(std::size_t i) const { return words_.at(i); }

private:
    std::vector<std::string> words_;
    std::vector<char*> argv_;
};

} // namespace upright::test
