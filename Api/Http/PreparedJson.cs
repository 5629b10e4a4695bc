using System.Buffers;
using System.Text;

namespace ControlPlane.Api.Http;

/// <summary>A JSON answer that was written once for all who ask within a moment; only its <c>trace_id</c> is each one's own.</summary>
internal sealed class PreparedJson
{
    private const string MediaType = "application/json; charset=utf-8";
    private readonly ReadOnlyMemory<byte> _head;
    private readonly ReadOnlyMemory<byte> _tail;

    /// <param name="body">The whole answer.</param>
    /// <param name="traceId">The unique trace id in it, to be replaced.</param>
    public PreparedJson(byte[] body, string traceId, int status = StatusCodes.Status200OK)
    {
        var at = body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(traceId));
        if (at < 0) throw new ArgumentException("The trace id does not stand in the answer.", nameof(traceId));
        (_head, _tail, Status) = (body.AsMemory(0, at), body.AsMemory(at + traceId.Length), status);
    }

    public int Status { get; }

    /// <summary>What stands before the trace id, and after it.</summary>
    public (ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Tail) Parts => (_head, _tail);

    public Task WriteAsync(HttpResponse response, string traceId)
    {
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.ContentLength = _head.Length + traceId.Length + _tail.Length;
        var body = response.BodyWriter;
        body.Write(_head.Span);
        Encoding.ASCII.GetBytes(traceId.AsSpan(), body);
        var written = body.WriteAsync(_tail);
        return written.IsCompletedSuccessfully ? Task.CompletedTask : written.AsTask();
    }
}
