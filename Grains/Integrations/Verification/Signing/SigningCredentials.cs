using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Values to sign with, taken from the front of the way's required variables. Never kept, logged or shown.</summary>
internal sealed class SigningCredentials
{
    public required string Key { get; init; }
    public required string Secret { get; init; }

    /// <summary>Empty for schemes without one.</summary>
    public string Passphrase { get; init; } = "";

    /// <summary>For temporary AWS keys.</summary>
    public string? SessionToken { get; init; }

    /// <summary>What nonces are counted in, where the way to connect says so.</summary>
    public string? NonceUnit { get; init; }

    /// <summary>Name of the variable that holds <see cref="Secret"/>.</summary>
    public required string SecretVariable { get; init; }

    public static SigningCredentials Of(VerifyTarget target, TemplateValues values)
    {
        string Take(int index, bool toHeader)
        {
            if (index >= target.Access.Requires.Count)
                return "";
            var name = target.Access.Requires[index];
            var value = values.Find(name) ?? "";
            return !toHeader || CredentialText.FitsHeader(value) ? value : throw VerifyFaultException.Malformed(name);
        }

        var session = target.Provider.Variables.FirstOrDefault(variable => variable.Name.EndsWith("_SESSION_TOKEN", StringComparison.Ordinal));
        return new SigningCredentials
        {
            Key = Take(0, toHeader: true),
            Secret = Take(1, toHeader: false),
            Passphrase = Take(2, toHeader: true),
            SessionToken = session is null ? null : values.Find(session.Name),
            NonceUnit = target.Access.Requires.FirstOrDefault(name => name.EndsWith("_NONCE_UNIT", StringComparison.Ordinal)) is { } unit ? values.Find(unit) : null,
            SecretVariable = target.Access.Requires.ElementAtOrDefault(1) ?? "",
        };
    }

    public override string ToString() => nameof(SigningCredentials);
}
