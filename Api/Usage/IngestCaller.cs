using ControlPlane.Api.Security;

namespace ControlPlane.Api.Usage;

/// <summary>Whose share of the budget a body takes: that of an address and a credential.</summary>
internal sealed record IngestCaller(string Address, string? Credential)
{
    public static IngestCaller Of(HttpContext context) => new(PeerAddress.Of(context), context.Request.Headers.Authorization);

    public override string ToString() => Address;
}
