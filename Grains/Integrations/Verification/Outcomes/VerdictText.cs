using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Outcomes;

/// <summary>Default texts of verdicts, for entries without their own.</summary>
internal sealed record VerdictText(string Message, string? Fix)
{
    public static VerdictText Of(Conclusion conclusion, VerifyTarget target)
    {
        var provider = target.Provider.Name;
        var names = Join(target.Access.Requires);
        return OfCode(conclusion, target, names) ?? OfStatus(conclusion.Status, provider, names);
    }

    private static VerdictText OfStatus(VerifyStatus status, string provider, string names) => status switch
    {
        VerifyStatus.Valid => new($"{provider} accepted the key.", null),
        VerifyStatus.ValidLimited => new(
            $"{provider} accepted the key, but its rights or plan are narrower than what was asked for.",
            $"If your bots need more, widen the rights of the key or the plan at {provider}."),
        VerifyStatus.ValidBilling => new(
            $"{provider} accepted the key, but the account has no credit or quota left.",
            $"Look at the billing page of {provider}."),
        VerifyStatus.Invalid => new(
            $"{provider} refused the key.",
            $"Check {names}: copy it again from {provider}, or create a new one if it was revoked or has expired."),
        VerifyStatus.WrongEnvironment => new(
            $"{provider} says that the key belongs to another environment or region.",
            $"Check that {names} and the environment that is chosen belong together, for example demo or live."),
        VerifyStatus.Locked => new(
            $"{provider} has locked the account or this address for a while.",
            "Wait until the lock ends, and stop every program that signs in until then. Trying again makes it longer."),
        _ => new(
            $"{provider} gave an answer that neither confirms nor refuses the key.",
            "Verify again later."),
    };

    private static VerdictText? OfCode(Conclusion conclusion, VerifyTarget target, string names) => Of(conclusion, target, target.Provider.Name, names);

    private static VerdictText? Of(Conclusion conclusion, VerifyTarget target, string provider, string names) => conclusion.Code switch
    {
        VerifyCodes.AddressRefused when ServiceAddress.FormOf(target) is not null => new(
            $"{conclusion.Variable} names a server on a private address, or one outside without TLS, so nothing was sent.",
            $"Use the address with TLS from {provider}. A private host or network must be named in ControlPlane__Network__Allow."),
        VerifyCodes.AddressRefused => conclusion.Variable is { } variable
            ? new($"{variable} names an address that is not public or not https, so nothing was sent.",
                $"Set {variable} to the public https address from {provider}. For an address on this machine set the provider's BaseUrl in the configuration.")
            : new($"The address of {provider} is not public or not https, so nothing was sent.",
                "Use https and a public address, or name a loopback address (127.0.0.1, localhost or [::1]) in the provider's BaseUrl."),
        VerifyCodes.BadBaseUrl => new($"The BaseUrl set for {provider} is no usable address.", "Set it to an absolute https address without user and password, or remove it."),
        VerifyCodes.BodyTooLarge => new($"{provider} answered with more than the verify reads.", "Check that the address leads to the provider and not to something in between."),
        VerifyCodes.ConnectionRefused => new($"{provider} refused the connection.", "Check the address, the provider's status page and the firewall."),
        VerifyCodes.ConnectionReset => new($"{provider} closed the connection without an answer.", "Verify again later; if it stays so, check proxies and firewalls in between."),
        VerifyCodes.DnsFailed => new($"The host name of {provider} could not be resolved.", "Check the DNS of this machine and the address that is configured."),
        VerifyCodes.InvalidResponse => new($"What answered for {provider} does not speak HTTP.", "Check that the address and port lead to the provider."),
        VerifyCodes.LoginWithoutToken => new($"{provider} accepted the login, but its answer held no usable token.", "Verify again later."),
        VerifyCodes.MalformedCredential => conclusion.Variable is { } variable
            ? new($"{variable} can't be a credential of {provider}: it has characters or a form that none has. Nothing was sent.",
                $"Set {variable} again, without line breaks, quotes and other signs that copying adds.")
            : new($"A credential of {provider} has characters or a form that none has. Nothing was sent.", $"Set {names} again, without line breaks and quotes."),
        VerifyCodes.NetworkError => new($"The connection to {provider} failed.", "Verify again later; if it stays so, check the network of this machine."),
        VerifyCodes.NetworkUnreachable => new($"The network of {provider} can't be reached from here.", "Check the network and routes of this machine."),
        VerifyCodes.NoVerify => new($"There is no harmless way to verify {provider} with {names}.", null),
        VerifyCodes.ProviderError => new($"{provider} has trouble of its own and could not answer.", "Look at the provider's status page, and verify again later."),
        VerifyCodes.RateLimited when conclusion.Status == VerifyStatus.Inconclusive =>
            new($"{provider} allows no more calls for now.", "Wait; the next verify comes by itself. Look for other programs that use the same key."),
        VerifyCodes.Redirected => new($"{provider} answered with a redirect, which is not followed.", "Check that the address that is configured is the final one."),
        VerifyCodes.SessionExpired => new($"The session at {provider} has ended. This says nothing about the key.", "The next verify logs in again."),
        VerifyCodes.Timeout => new($"{provider} did not answer in time.", "Verify again later; if it stays so, check the network and the provider's status page."),
        VerifyCodes.TlsFailed => new($"A secure connection to {provider} could not be set up.", "Check the address, the clock and the certificates of this machine, and proxies in between."),
        VerifyCodes.TlsExpired => new($"The certificate shown for {provider} has expired or is not valid yet.", "Check the clock of this machine; if it is right, the provider must renew its certificate."),
        VerifyCodes.TlsWrongHost => new($"The certificate shown for {provider} belongs to another host.", "Check the address that is configured, and proxies in between."),
        VerifyCodes.TlsUntrusted => new($"The certificate shown for {provider} is not from a trusted authority.", $"Check proxies in between and the certificate authorities of this machine. A server with a certificate of its own is pinned with ControlPlane__Integrations__{target.Provider.Id}__CertificateSha256."),
        VerifyCodes.UnexpectedContent => new($"What answered for {provider} gave something else than the answer that was asked for.", "Check that no proxy or sign-in page stands in between."),
        VerifyCodes.UnexpectedStatus => new($"{provider} answered in a way that is not known to confirm or refuse a key.", "Verify again later; if it stays so, the catalogue's entry may be out of date."),
        VerifyCodes.UnknownEnvironment => new($"{conclusion.Variable} has a value that is not known for {provider}. Nothing was sent.", $"Set {conclusion.Variable} to one of: {string.Join(", ", EnvironmentPolicy.AllowedValues(target.Provider, conclusion.Variable))}."),
        VerifyCodes.UnreadableBody => new($"The answer of {provider} could not be read to its end.", "Verify again later."),
        VerifyCodes.TlsNotPinned => new($"The certificate shown for {provider} is not the one that is pinned.", $"If it was renewed, set ControlPlane__Integrations__{target.Provider.Id}__CertificateSha256 to the SHA-256 of the new one."),
        VerifyCodes.KeyEnded => new($"The key of {provider} has ended.", $"Make a new one at {provider} and set {names}."),
        VerifyCodes.UnsupportedKey when KeyTypes(target, conclusion) is { } types =>
            new($"{conclusion.Variable} holds a type of key that can't be used to sign here. Nothing was sent.", $"At {provider} make {types}, and set {conclusion.Variable} whole: a PEM with its BEGIN and END lines, or the text as it is shown."),
        VerifyCodes.UnsupportedKey => new($"{conclusion.Variable} holds a type of key that can't be used to sign here. Nothing was sent.", $"Create a key of another type at {provider} (Ed25519, ECDSA or HMAC as it offers), and set it whole: a PEM with its BEGIN and END lines, or base64."),
        _ => null,
    };

    private static string? KeyTypes(VerifyTarget target, Conclusion conclusion) =>
        target.Provider.Variables.FirstOrDefault(variable => variable.Name == conclusion.Variable)?.KeyTypes;

    private static string Join(IReadOnlyList<string> names) =>
        names.Count <= 1 ? string.Concat(names) : $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}";
}
