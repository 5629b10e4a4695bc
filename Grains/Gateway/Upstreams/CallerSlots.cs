using System.Collections.Immutable;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Signing;

namespace ControlPlane.Grains.Gateway.Upstreams;

/// <summary>Where an SDK of a provider puts what it was given as key. There a bot's token is looked for, and everything there is taken out.</summary>
/// <param name="Headers">Header names, compared without case.</param>
/// <param name="Query">Query parameters.</param>
/// <param name="Path">True when a key may stand in the path.</param>
internal sealed record CallerSlots(ImmutableHashSet<string> Headers, ImmutableHashSet<string> Query, bool Path)
{
    /// <summary>Always among <see cref="Headers"/>: what it holds would pass for a credential at most providers.</summary>
    private const string Authorization = "Authorization";

    /// <param name="signers">Names of the schemes that can be signed.</param>
    public static CallerSlots Of(ProviderDefinition provider, IReadOnlySet<string> signers)
    {
        var headers = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        var query = ImmutableHashSet.CreateBuilder<string>(StringComparer.OrdinalIgnoreCase);
        headers.Add(Authorization);
        var path = false;
        foreach (var plan in provider.Access.Select(access => CredentialPlan.Of(provider, access, signers)).OfType<CredentialPlan>())
        {
            headers.UnionWith(plan.Headers.Where(header => CredentialPlan.HasVariable(header.Value)).Select(header => header.Key));
            query.UnionWith(plan.Query.Keys);
            path |= plan.Path is not null;
            if (plan.Signer is null || SignedFields.Of(plan.Signer) is not { } signed) continue;
            headers.UnionWith(signed.Headers);
            query.UnionWith(signed.Fields);
        }

        foreach (var slot in provider.Gateway?.Slots ?? [])
        {
            if (slot.Header is { } header) headers.Add(header);
            if (slot.Query is { } parameter) query.Add(parameter);
        }

        return new(headers.ToImmutable(), query.ToImmutable(), path);
    }
}
