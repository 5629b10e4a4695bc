using ControlPlane.Api.Http;

namespace ControlPlane.Api.Gateway;

/// <summary>Answers that are read whole before they go on.</summary>
internal static class WholeAnswer
{
    /// <summary>The body, which the answer then holds; null when it is longer, and the answer then goes on as it comes.</summary>
    public static async Task<byte[]?> TryReadAsync(HttpResponseMessage answer, int largest, CancellationToken cancellationToken)
    {
        var content = answer.Content;
        var body = await content.ReadAsStreamAsync(cancellationToken);
        using var kept = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            kept.Write(buffer, 0, count);
            if (kept.Length <= largest) continue;
            Put(answer, new StreamedContent(new JoinedStream(kept.ToArray(), body), content));
            return null;
        }

        var whole = kept.ToArray();
        Put(answer, new ByteArrayContent(whole));
        content.Dispose();
        return whole;
    }

    /// <summary>Gives the answer another content under the headers of the old one.</summary>
    public static void Put(HttpResponseMessage answer, HttpContent content)
    {
        foreach (var (name, values) in answer.Content.Headers.NonValidated)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) content.Headers.TryAddWithoutValidation(name, values);
        }

        answer.Content = content;
    }

    /// <summary>What was read already, and the rest.</summary>
    private sealed class JoinedStream(byte[] first, Stream rest) : ReadOnlyStream
    {
        private int _given;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_given == first.Length) return rest.ReadAsync(buffer, cancellationToken);
            var count = Math.Min(buffer.Length, first.Length - _given);
            first.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return ValueTask.FromResult(count);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
