using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Gateway;

/// <summary>A call whose token was checked.</summary>
/// <param name="LeaseEpoch">Epoch of the lease whose token it carried.</param>
/// <param name="RestPath">Raw path behind the provider's base, starting with a slash.</param>
/// <param name="Query">Raw query with its question mark, or empty; the caller's credential is taken out.</param>
/// <param name="Body">The whole body.</param>
internal sealed record GatewayCall(
    ProviderDefinition Provider,
    string? Host,
    OperationMatch Match,
    string BotId,
    long LeaseEpoch,
    string Method,
    string RestPath,
    string Query,
    string? ContentType,
    byte[] Body,
    string TraceId)
{
    public override string ToString() => $"GatewayCall {{ Provider = {Provider.Id}, Operation = {Match.Label}, Bot = {BotId} }}";
}
