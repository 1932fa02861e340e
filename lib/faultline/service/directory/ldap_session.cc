#include "faultline/service/directory/ldap_session.h"

#include <fmt/format.h>
#include <ldap.h>
#include <openldap.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>

#include "faultline/base/file_descriptor.h"
#include "faultline/service/ovsdb/socket_connect.h"

namespace faultline::internal {
namespace {

timeval ToTimeval(Deadline deadline) {
  const auto left = deadline.RemainingMilliseconds();
  return {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
}

// The bytes below TLS: libldap's own layer knows no deadline during a
// handshake. (2.5.13 tries a silent server again and again without a pause, if
// LDAP_OPT_NETWORK_TIMEOUT is set, and waits for ever if it is not.)
struct Wire {
  FileDescriptor socket;
  Deadline limit = Deadline::After(Duration::zero());
};

int OpenWire(Sockbuf_IO_Desc* layer, void* wire) {
  layer->sbiod_pvt = wire;
  return 0;
}

// No reader of errno takes this for a call that is worth repeating.
bool Waited(const Wire& wire, short events) {
  if (WaitForSocket(wire.socket.get(), events, wire.limit)) return true;
  errno = ETIMEDOUT;
  return false;
}

ber_slen_t ReadWire(Sockbuf_IO_Desc* layer, void* buffer, ber_len_t size) {
  const Wire& wire = *static_cast<Wire*>(layer->sbiod_pvt);
  if (!Waited(wire, POLLIN)) return -1;
  return ::recv(wire.socket.get(), buffer, size, 0);
}

ber_slen_t WriteWire(Sockbuf_IO_Desc* layer, void* buffer, ber_len_t size) {
  const Wire& wire = *static_cast<Wire*>(layer->sbiod_pvt);
  if (!Waited(wire, POLLOUT)) return -1;
  return ::send(wire.socket.get(), buffer, size, MSG_NOSIGNAL);
}

// Nothing waits in this layer.
int ControlWire(Sockbuf_IO_Desc* /*layer*/, int /*option*/, void* /*value*/) {
  return 0;
}

// The session closes it.
int CloseWire(Sockbuf_IO_Desc* /*layer*/) { return 0; }

Sockbuf_IO kWire{.sbi_setup = OpenWire,
                 .sbi_remove = nullptr,
                 .sbi_ctrl = ControlWire,
                 .sbi_read = ReadWire,
                 .sbi_write = WriteWire,
                 .sbi_close = CloseWire};

berval ToBerval(const std::string& text) {
  return {.bv_len = text.size(), .bv_val = const_cast<char*>(text.data())};
}

std::string Diagnosis(LDAP* ldap) {
  char* text = nullptr;
  ::ldap_get_option(ldap, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  std::string diagnosis = text == nullptr ? "" : text;
  ::ldap_memfree(text);
  return diagnosis;
}

std::string CodeText(int code, const std::string& words) {
  const std::string text =
      fmt::format("{} ({})", ::ldap_err2string(code), code);
  return words.empty() ? text : text + ": " + words;
}

// The attributes of a request, as libldap wants them.
class Modifications {
 public:
  Modifications(int operation, LdapAttributes attributes)
      : attributes_(std::move(attributes)) {
    for (const auto& [name, values] : attributes_) {
      Values& kept = values_.emplace_back();
      for (const std::string& value : values)
        kept.bervals.push_back(ToBerval(value));
      for (berval& value : kept.bervals) kept.pointers.push_back(&value);
      kept.pointers.push_back(nullptr);
      mods_.push_back({.mod_op = operation | LDAP_MOD_BVALUES,
                       .mod_type = const_cast<char*>(name.c_str()),
                       .mod_vals = {.modv_bvals = nullptr}});
    }
    for (std::size_t i = 0; i < mods_.size(); ++i) {
      mods_[i].mod_vals.modv_bvals = values_[i].pointers.data();
      pointers_.push_back(&mods_[i]);
    }
    pointers_.push_back(nullptr);
  }
  Modifications(const Modifications&) = delete;
  Modifications& operator=(const Modifications&) = delete;
  LDAPMod** get() { return pointers_.data(); }

 private:
  struct Values {
    std::vector<berval> bervals;
    std::vector<berval*> pointers;
  };
  const LdapAttributes attributes_;  // that the others point into
  std::vector<Values> values_;
  std::vector<LDAPMod> mods_;
  std::vector<LDAPMod*> pointers_;
};

std::set<std::string> ValuesOf(LDAP* ldap, LDAPMessage* entry,
                               const char* attribute) {
  std::set<std::string> values;
  berval** found = ::ldap_get_values_len(ldap, entry, attribute);
  for (int i = 0; found != nullptr && found[i] != nullptr; ++i)
    values.emplace(found[i]->bv_val, found[i]->bv_len);
  ::ldap_value_free_len(found);
  return values;
}

LdapAttributes AttributesOf(LDAP* ldap, LDAPMessage* entry) {
  LdapAttributes attributes;
  BerElement* position = nullptr;
  for (char* name = ::ldap_first_attribute(ldap, entry, &position);
       name != nullptr; name = ::ldap_next_attribute(ldap, entry, position)) {
    attributes[name] = ValuesOf(ldap, entry, name);
    ::ldap_memfree(name);
  }
  ::ber_free(position, 0);
  return attributes;
}

}  // namespace

struct LdapSession::Impl {
  ~Impl() {
    if (ldap == nullptr) return;
    // Nothing is said to a server that may not listen.
    ::shutdown(wire.socket.get(), SHUT_RDWR);
    ::ldap_unbind_ext(ldap, nullptr, nullptr);
  }

  [[noreturn]] void Lose(const std::string& action, const std::string& reason,
                         bool sent) const {
    throw LdapLost(fmt::format("{}: {}: {}", name, action, reason), sent);
  }
  void Open(const std::string& address);
  void StartTls(const std::filesystem::path& authority);
  template <typename Send>
  LdapAnswer Ask(const std::string& action, Deadline deadline, Send send);
  LdapAnswer Await(const std::string& action, int id);
  std::string PolicyText(LDAPControl** controls) const;
  void TakeEntries(LDAPMessage* message, LdapAnswer& answer) const;

  std::string name;
  Wire wire;
  LDAP* ldap = nullptr;
};

void LdapSession::Impl::Open(const std::string& address) {
  try {
    wire.socket = ConnectSocket(address, wire.limit);
  } catch (const CommandError& error) {
    Lose("connect", error.what(), false);
  }
  const std::string url = "ldap://" + name;
  const int code =
      ::ldap_init_fd(wire.socket.get(), LDAP_PROTO_EXT, url.c_str(), &ldap);
  if (code != LDAP_SUCCESS) Lose("connect", ::ldap_err2string(code), false);
  Sockbuf* buffer = nullptr;
  ::ldap_get_option(ldap, LDAP_OPT_SOCKBUF, &buffer);
  ::ber_sockbuf_add_io(buffer, &kWire, LBER_SBIOD_LEVEL_PROVIDER, &wire);
}

void LdapSession::Impl::StartTls(const std::filesystem::path& authority) {
  const int version = LDAP_VERSION3;
  const int demand = LDAP_OPT_X_TLS_DEMAND;
  const int client_side = 0;
  const timeval wire_decides{.tv_sec = -1, .tv_usec = 0};
  ::ldap_set_option(ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
  ::ldap_set_option(ldap, LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
  ::ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &wire_decides);
  ::ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTDIR, nullptr);
  ::ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, authority.c_str());
  ::ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
  ::ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &client_side);
  const int code = ::ldap_install_tls(ldap);
  if (code == LDAP_SUCCESS) return;
  const std::string words = Diagnosis(ldap);
  if (wire.limit.Expired()) Lose("TLS", "no answer in time", false);
  Lose("TLS", words.empty() ? ::ldap_err2string(code) : words, false);
}

void LdapSession::Impl::TakeEntries(LDAPMessage* message,
                                    LdapAnswer& answer) const {
  for (LDAPMessage* entry = ::ldap_first_entry(ldap, message); entry != nullptr;
       entry = ::ldap_next_entry(ldap, entry)) {
    char* dn = ::ldap_get_dn(ldap, entry);
    answer.entries[dn] = AttributesOf(ldap, entry);
    ::ldap_memfree(dn);
  }
}

// Why a password was refused: ", Password expired". Empty: it does not say.
std::string LdapSession::Impl::PolicyText(LDAPControl** controls) const {
  LDAPControl* control = ::ldap_control_find(
      LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, nullptr);
  ber_int_t expires = -1;
  ber_int_t grace = -1;
  LDAPPasswordPolicyError error = PP_noError;
  if (control == nullptr ||
      ::ldap_parse_passwordpolicy_control(ldap, control, &expires, &grace,
                                          &error) != LDAP_SUCCESS ||
      error == PP_noError)
    return "";
  return fmt::format(", {}", ::ldap_passwordpolicy_err2txt(error));
}

LdapAnswer LdapSession::Impl::Await(const std::string& action, int id) {
  LDAPMessage* message = nullptr;
  timeval left = ToTimeval(wire.limit);
  const TimePoint began = std::chrono::steady_clock::now();
  const int kind = ::ldap_result(ldap, id, LDAP_MSG_ALL, &left, &message);
  const std::unique_ptr<LDAPMessage, int (*)(LDAPMessage*)> owner(
      message, &::ldap_msgfree);
  if (kind == 0 || (kind < 0 && wire.limit.Expired())) {
    Lose(action,
         "no answer within " + ToText(std::chrono::steady_clock::now() - began),
         true);
  }
  if (kind < 0) Lose(action, "the connection is gone", true);
  LdapAnswer answer;
  char* words = nullptr;
  LDAPControl** controls = nullptr;
  const int parsed = ::ldap_parse_result(ldap, message, &answer.code, nullptr,
                                         &words, nullptr, &controls, 0);
  const std::string own = words == nullptr ? "" : words;
  ::ldap_memfree(words);
  if (parsed != LDAP_SUCCESS)
    Lose(action, "an answer that cannot be read", true);
  answer.text = CodeText(answer.code, own) + PolicyText(controls);
  ::ldap_controls_free(controls);
  TakeEntries(message, answer);
  return answer;
}

template <typename Send>
LdapAnswer LdapSession::Impl::Ask(const std::string& action, Deadline deadline,
                                  Send send) {
  wire.limit = deadline;
  int id = -1;
  const int code = send(id);
  // Errors of libldap are negative; some of what was written may have arrived.
  if (code != LDAP_SUCCESS) Lose(action, CodeText(code, ""), true);
  return Await(action, id);
}

LdapSession::LdapSession(const LdapServer& server,
                         const std::filesystem::path& authority,
                         Deadline deadline)
    : impl_(new Impl) {
  impl_->name = server.name;
  impl_->wire.limit = deadline;
  std::string address;
  try {
    address = server.address();
  } catch (const Error& error) {
    impl_->Lose("connect", error.what(), false);
  }
  impl_->Open(address);
  impl_->StartTls(authority);
}

LdapSession::~LdapSession() = default;
LdapSession::LdapSession(LdapSession&& other) noexcept = default;

LdapAnswer LdapSession::Bind(const std::string& dn, const std::string& secret,
                             Deadline deadline) {
  berval credentials = ToBerval(secret);
  LDAPControl why{
      .ldctl_oid = const_cast<char*>(LDAP_CONTROL_PASSWORDPOLICYREQUEST),
      .ldctl_value = {.bv_len = 0, .bv_val = nullptr},
      .ldctl_iscritical = 0};
  LDAPControl* controls[] = {&why, nullptr};
  return impl_->Ask("bind", deadline, [&](int& id) {
    return ::ldap_sasl_bind(impl_->ldap, dn.c_str(), LDAP_SASL_SIMPLE,
                            &credentials, controls, nullptr, &id);
  });
}

LdapAnswer LdapSession::ChangePassword(const std::string& dn,
                                       const std::optional<std::string>& old,
                                       const std::string& fresh,
                                       Deadline deadline) {
  berval user = ToBerval(dn);
  berval before = old ? ToBerval(*old) : berval{};
  berval after = ToBerval(fresh);
  return impl_->Ask("change a password", deadline, [&](int& id) {
    return ::ldap_passwd(impl_->ldap, &user, old ? &before : nullptr, &after,
                         nullptr, nullptr, &id);
  });
}

LdapAnswer LdapSession::Add(const std::string& dn,
                            const LdapAttributes& attributes,
                            Deadline deadline) {
  Modifications added(LDAP_MOD_ADD, attributes);
  return impl_->Ask("add", deadline, [&](int& id) {
    return ::ldap_add_ext(impl_->ldap, dn.c_str(), added.get(), nullptr,
                          nullptr, &id);
  });
}

LdapAnswer LdapSession::Replace(const std::string& dn,
                                const std::string& attribute,
                                const std::set<std::string>& values,
                                Deadline deadline) {
  Modifications replaced(LDAP_MOD_REPLACE, {{attribute, values}});
  return impl_->Ask("replace " + attribute, deadline, [&](int& id) {
    return ::ldap_modify_ext(impl_->ldap, dn.c_str(), replaced.get(), nullptr,
                             nullptr, &id);
  });
}

LdapAnswer LdapSession::Read(const std::string& dn, bool subtree,
                             const std::string& filter,
                             const std::vector<std::string>& attributes,
                             Deadline deadline) {
  std::vector<char*> names;
  for (const std::string& attribute : attributes)
    names.push_back(const_cast<char*>(attribute.c_str()));
  names.push_back(nullptr);
  return impl_->Ask("read", deadline, [&](int& id) {
    return ::ldap_search_ext(
        impl_->ldap, dn.c_str(), subtree ? LDAP_SCOPE_SUBTREE : LDAP_SCOPE_BASE,
        filter.c_str(), names.data(), 0, nullptr, nullptr, nullptr, 0, &id);
  });
}

}  // namespace faultline::internal
