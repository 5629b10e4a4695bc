using System.Diagnostics.CodeAnalysis;
using ControlPlane.ProviderSimulator.Requests;
using ControlPlane.ProviderSimulator.Scripts;
using ControlPlane.ProviderSimulator.Signatures;

namespace ControlPlane.ProviderSimulator.Keys;

/// <summary>Finds the registered key a request was made with.</summary>
internal sealed class CredentialEvaluator(KeyRegistry registry, TimeProvider time)
{
    public Evaluation Evaluate(ProviderRequest request, RouteScript route, IReadOnlyDictionary<string, string> pathParts)
    {
        var check = route.Signature is null ? null : SignatureChecks.Named(route.Signature);
        var headersFit = route.Headers.All(pair => HeaderFits(request, pair.Key, pair.Value));
        if (route.Credentials.Count == 0 && check is null)
            return new(headersFit ? KeyState.Active : KeyState.BadRequest);

        var sent = route.Credentials.Select(credential => Sent(request, pathParts, credential)).ToList();
        var nothing = sent.Count > 0 && sent.TrueForAll(static part => part.Ways.Count == 0);
        if (nothing || sent.Exists(static part => part.Ways.Count == 0 && !part.Optional) || check?.IsPresent(request) == false)
            return new(KeyState.Missing);
        if (!headersFit)
            return new(KeyState.BadRequest);

        var keys = registry.Of(request.Provider)
            .Where(key => sent.All(part => part.Ways.Count == 0 || part.Ways.Any(way => Fits(request, key, way.Credential, way.Text, check))))
            .ToList();
        return check is null
            ? keys is [var key, ..] ? new(key.State, key) : new(KeyState.Unknown)
            : EvaluateSignature(request, keys, check);
    }

    /// <summary>The places of one credential in which something stands.</summary>
    private static (bool Optional, List<(CredentialScript Credential, string Text)> Ways) Sent(
        ProviderRequest request, IReadOnlyDictionary<string, string> pathParts, CredentialScript credential) =>
    (
        credential.Optional,
        [
            .. credential.Or.Prepend(credential)
                .Select(way => (way, text: CredentialReader.Read(request, pathParts, way)))
                .Where(static pair => pair.text is not null)
                .Select(static pair => (pair.way, pair.text!)),
        ]
    );

    private Evaluation EvaluateSignature(ProviderRequest request, IReadOnlyList<KeySet> keys, ISignatureCheck check)
    {
        var state = KeyState.Unknown;
        foreach (var key in keys)
        {
            switch (check.Check(request, key, time.GetUtcNow()))
            {
                case SignatureOutcome.Right:
                    return new(key.State, key, check);
                case SignatureOutcome.Stale:
                    state = KeyState.StaleTimestamp;
                    break;
                case SignatureOutcome.Wrong when state != KeyState.StaleTimestamp:
                    state = KeyState.BadSignature;
                    break;
            }
        }

        return new(state, Check: check);
    }

    private bool Fits(ProviderRequest request, KeySet key, CredentialScript credential, string text, ISignatureCheck? check)
    {
        // What the signing check evaluates itself need only be there.
        if (credential.Name is { } name && check?.OwnParts.Contains(name) == true)
            return true;

        var format = Template.Parse(credential.Format);
        if (format.Names.Any(placeholder => Template.IsValueName(placeholder) && key[placeholder] is null))
            return credential.Optional;

        if (credential.In == "path" && IsAddress(format, key, out var address))
            return address.AbsolutePath.EndsWith(text, StringComparison.Ordinal);

        return format.Match(text, placeholder => key[placeholder]) is { } found
            && (!found.TryGetValue(Template.Token, out var token) || registry.Owns(request.Provider, key, token));
    }

    /// <summary>A webhook's key is its whole address, whatever the host in front.</summary>
    private static bool IsAddress(Template format, KeySet key, [NotNullWhen(true)] out Uri? address)
    {
        address = null;
        return format.Names is [var name]
            && format.Text == $"{{{name}}}"
            && Uri.TryCreate(key[name], UriKind.Absolute, out address)
            && (address.Scheme is "http" or "https");
    }

    private static bool HeaderFits(ProviderRequest request, string name, string expected) =>
        request.Header(name) is { } value && (expected == "*" || string.Equals(value, expected, StringComparison.OrdinalIgnoreCase));
}
