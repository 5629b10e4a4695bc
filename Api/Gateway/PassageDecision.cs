using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Gateway;

/// <summary>What becomes of an order or a cancel.</summary>
internal abstract record PassageDecision
{
    private PassageDecision()
    {
    }

    /// <summary>Nothing is sent. The no-trade is recorded already.</summary>
    internal sealed record Refuse(int HttpStatus, string Code, string Detail, string? Fix, ImmutableArray<OrderRefusal> Reasons) : PassageDecision;

    /// <summary>It was sent before: the order as the provider has it now.</summary>
    internal sealed record Replay(int HttpStatus, string ContentType, byte[] Body) : PassageDecision
    {
        public override string ToString() => nameof(Replay);
    }

    /// <summary>To be sent, with this body and query: a client order id may have been added.</summary>
    internal sealed record Send(byte[] Body, string Query, IPassageInFlight InFlight) : PassageDecision
    {
        public override string ToString() => nameof(Send);
    }
}
