using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace ControlPlane.Api.Live.Hub;

/// <summary>Reads what clients of the hub send, with SignalR's own reader of the protocol.</summary>
internal sealed class HubReader : IInvocationBinder
{
    private const string Subscribe = "Subscribe";
    private static readonly JsonHubProtocol s_protocol = new();
    private bool _shaken;

    /// <summary>Takes the next whole message out of the bytes, if there is one.</summary>
    public bool TryRead(ref ReadOnlySequence<byte> bytes, [NotNullWhen(true)] out HubRequest? request)
    {
        try
        {
            return _shaken ? TryReadMessage(ref bytes, out request) : TryReadHandshake(ref bytes, out request);
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or HubException or FormatException or ArgumentException)
        {
            request = new HubRequest(HubRequestKind.Malformed);
            return true;
        }
    }

    public Type GetReturnType(string invocationId) => typeof(object);

    public IReadOnlyList<Type> GetParameterTypes(string methodName) =>
        IsSubscribe(methodName) ? [] : throw new HubException("There is no such method.");

    public Type GetStreamItemType(string streamId) => throw new HubException("This hub takes no streams.");

    private bool TryReadHandshake(ref ReadOnlySequence<byte> bytes, [NotNullWhen(true)] out HubRequest? request)
    {
        request = null;
        if (!HandshakeProtocol.TryParseRequestMessage(ref bytes, out var message)) return false;
        _shaken = message.Protocol == s_protocol.Name && s_protocol.IsVersionSupported(message.Version);
        request = new HubRequest(_shaken ? HubRequestKind.Handshake : HubRequestKind.Malformed);
        return true;
    }

    private bool TryReadMessage(ref ReadOnlySequence<byte> bytes, [NotNullWhen(true)] out HubRequest? request)
    {
        request = null;
        if (!s_protocol.TryParseMessage(ref bytes, this, out var message)) return false;
        request = message switch
        {
            InvocationMessage invocation => new(IsSubscribe(invocation.Target) ? HubRequestKind.Subscribe : HubRequestKind.UnknownMethod, invocation.InvocationId),
            InvocationBindingFailureMessage failed => new(HubRequestKind.UnknownMethod, failed.InvocationId),
            StreamInvocationMessage stream => new(HubRequestKind.UnknownMethod, stream.InvocationId),
            CloseMessage => new(HubRequestKind.Close),
            _ => new(HubRequestKind.Nothing),
        };
        return true;
    }

    private static bool IsSubscribe(string method) => string.Equals(method, Subscribe, StringComparison.OrdinalIgnoreCase);
}
