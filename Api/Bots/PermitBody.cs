using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Live;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>Writes a <see cref="PermitAnswer"/> from parts that were written once.</summary>
internal sealed class PermitBody(LiveJson json)
{
    private const string MediaType = "application/json; charset=utf-8";

    /// <summary>More than everything but the reasons ever takes.</summary>
    private const int FrameBytes = 320;

    private readonly ConcurrentDictionary<string, byte[]> _reasons = new(StringComparer.Ordinal);
    private readonly ImmutableArray<byte[]> _words = [.. Enum.GetValues<TradingState>().Order().Select(state => json.Write(state.ToContract()))];

    public void Write(HttpResponse response, OrderIntent intent, GateAnswer answer, ImmutableArray<string> codes, string traceId)
    {
        response.ContentType = MediaType;
        var size = FrameBytes;
        foreach (var code in codes) size += ReasonOf(code).Length + 1;
        var body = response.BodyWriter.GetSpan(size);
        var length = 0;
        var (allowed, validForMs) = PermitWords.Answer(intent, answer);
        Text(body, allowed ? "{\"allowed\":true,\"trading_state\":"u8 : "{\"allowed\":false,\"trading_state\":"u8, ref length);
        Text(body, _words[(int)answer.TradingState], ref length);
        Text(body, ",\"reasons\":["u8, ref length);
        for (var i = 0; i < codes.Length; i++)
        {
            if (i > 0) Text(body, ","u8, ref length);
            Text(body, ReasonOf(codes[i]), ref length);
        }

        Text(body, "],\"valid_for_ms\":"u8, ref length);
        Number(body, validForMs, ref length);
        Text(body, ",\"gate_epoch\":"u8, ref length);
        Number(body, answer.Epoch, ref length);
        Text(body, ",\"gate_version\":"u8, ref length);
        Number(body, answer.Version, ref length);
        Text(body, ",\"trace_id\":\""u8, ref length);
        length += Encoding.ASCII.GetBytes(traceId, body[length..]);
        Text(body, "\"}"u8, ref length);
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
    }

    // There are as many as there are codes.
    private byte[] ReasonOf(string code) =>
        _reasons.TryGetValue(code, out var known) ? known : _reasons.GetOrAdd(code, json.Write(new PermitReason(code, PermitWords.Message(code))));

    private static void Text(Span<byte> body, ReadOnlySpan<byte> text, ref int length)
    {
        text.CopyTo(body[length..]);
        length += text.Length;
    }

    private static void Number(Span<byte> body, long number, ref int length)
    {
        Utf8Formatter.TryFormat(number, body[length..], out var written);
        length += written;
    }
}
