using System.Collections.Concurrent;
using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Requests;
using ControlPlane.Grains.Integrations.Verification.Sessions;
using ControlPlane.Grains.Integrations.Verification.Signing;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Gateway.Upstreams;

/// <summary>Finds where a provider's calls go and what they carry, from this node's secrets as they are now.</summary>
internal sealed class UpstreamFinder(
    IntegrationSettings settings, NetworkPolicy network, ISecretSource secrets, ISecretRegistry registry, ProviderHttp http, SessionVerify sessions, IEnumerable<IRequestSigner> signers)
{
    private readonly Dictionary<string, IRequestSigner> _signers = signers.ToDictionary(signer => signer.Kind, StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CallerSlots> _slots = new(StringComparer.Ordinal);

    // By provider and host. Of one version of the secrets: any change of theirs makes another.
    private readonly ConcurrentDictionary<(string Provider, string? Host), Known> _known = new();

    private IReadOnlySet<string> Signers => field ??= _signers.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Where SDKs of the provider put what they were given as key.</summary>
    public CallerSlots Slots(ProviderDefinition provider) => _slots.GetOrAdd(provider.Id, _ => CallerSlots.Of(provider, Signers));

    /// <summary>Where the SDK's signature shows, if the provider's calls are signed.</summary>
    public SignedFields? Signature(ProviderDefinition provider) =>
        provider.Access.Select(access => CredentialPlan.Of(provider, access, Signers)?.Signer).OfType<string>().FirstOrDefault() is { } signer ? SignedFields.Of(signer) : null;

    /// <param name="host">Name of one of the provider's further hosts, which the catalogue has; null for its own base.</param>
    public UpstreamAnswer Find(ProviderDefinition provider, string? host)
    {
        var version = secrets.Version;
        if (_known.TryGetValue((provider.Id, host), out var known) && known.Version == version && !known.IsSession) return known.Answer;
        var (answer, session) = Look(provider, host);
        _known[(provider.Id, host)] = new(version, answer, session);
        return answer;
    }

    private (UpstreamAnswer Answer, bool IsSession) Look(ProviderDefinition provider, string? host)
    {
        var own = settings.For(provider.Id);
        var held = AccessSelection.Values(provider, secrets.Find);
        var choice = AccessSelection.Choose(provider, held);
        if (choice.Access is not { } access) return (UpstreamAnswer.Missing(choice.Missing), false);
        if (CredentialPlan.Of(provider, access, Signers) is not { } plan) return (UpstreamAnswer.NotDescribed, false);
        var target = new VerifyTarget(provider, access with { Requires = plan.Requires }, held, own.BaseUrl) { Network = network, CertificateSha256 = own.Certificate };
        foreach (var (name, value) in held)
        {
            // Before it is used: what is not known can't be found in an answer.
            if (provider.Variables.First(variable => variable.Name == name).Secret) registry.Register(name, value.Reveal());
        }

        var session = plan.Signer is null && access.Verify?.Login is not null;
        var token = session ? sessions.HeldToken(target with { Access = access }) : null;
        if (session && token is null) return (UpstreamAnswer.NoSession, true);
        try
        {
            var values = new TemplateValues(target, token);
            var based = host is null ? target : target with { Provider = provider with { BaseUrl = provider.Gateway!.Hosts[host], BaseUrlBy = null } };
            var address = BaseAddress.Of(based, values);
            var signer = plan.Signer is { } scheme ? _signers[scheme] : null;
            return (UpstreamAnswer.Of(new Upstream(provider, address, plan, target, values, signer, http.Forwarder(provider.Id, address.Reach))), session);
        }
        catch (VerifyFaultException fault)
        {
            return (UpstreamAnswer.Unusable(fault.Code), session);
        }
        catch (UriFormatException)
        {
            return (UpstreamAnswer.Unusable(VerifyCodes.BadBaseUrl), session);
        }
    }

    private sealed record Known(long Version, UpstreamAnswer Answer, bool IsSession);
}

/// <summary>An upstream, or why there is none.</summary>
/// <param name="Code">Null with an upstream.</param>
/// <param name="MissingVariables">Names of variables that this node lacks.</param>
internal sealed record UpstreamAnswer(Upstream? Upstream, string? Code, string? Detail, ImmutableArray<string> MissingVariables)
{
    public static UpstreamAnswer NotDescribed { get; } =
        new(null, Codes.GatewayUnavailable, "The catalogue does not tell how a key of this provider goes into a call.", []);

    public static UpstreamAnswer NoSession { get; } =
        new(null, Codes.GatewayUnavailable, "This node holds no session of the provider. Its verify makes one.", []);

    public static UpstreamAnswer Of(Upstream upstream) => new(upstream, null, null, []);

    public static UpstreamAnswer Missing(ImmutableArray<string> variables) =>
        new(null, Codes.IntegrationKeyMissing, $"This node lacks {string.Join(", ", variables)}.", variables);

    public static UpstreamAnswer Unusable(string fault) => new(null, Codes.GatewayUnavailable, $"The provider's address or key can't be used: {fault}.", []);

    public override string ToString() => $"UpstreamAnswer {{ Code = {Code} }}";
}
