using System.Net;

namespace ControlPlane.Api.Gateway;

/// <summary>Makes an answer fit to go to a bot: no secret of ours, no header that names internals or leads elsewhere.</summary>
internal sealed class AnswerCleaner(AnswerText text)
{
    /// <summary>A body of known length up to this is cleaned whole, and keeps a length.</summary>
    private const int SmallBody = 64 * 1024;

    public async Task<HttpResponseMessage> CleanAsync(HttpResponseMessage answer, HttpMethod method, CallRecord record, CancellationToken cancellationToken)
    {
        answer.ReasonPhrase = answer.ReasonPhrase is { } reason ? Ascii(text.Clean(reason)) : null;
        Clean(answer.Headers, (int)answer.StatusCode);
        Clean(answer.Content.Headers, (int)answer.StatusCode);
        if (answer.StatusCode == HttpStatusCode.SwitchingProtocols)
        {
            var duplex = await answer.Content.ReadAsStreamAsync(cancellationToken);
            WholeAnswer.Put(answer, new StreamedContent(new ScrubbedSocket(duplex, text), answer.Content));
            return answer;
        }

        if (method == HttpMethod.Head || answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified) return answer;
        var kind = AnswerText.KindOf(answer.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null);
        if (kind != AnswerKind.Binary) await CleanBodyAsync(answer, kind, record, cancellationToken);
        return answer;
    }

    /// <summary>A trailer's value, in ASCII: the server writes no other.</summary>
    public string Clean(string value) => Ascii(text.Clean(value));

    private async Task CleanBodyAsync(HttpResponseMessage answer, AnswerKind kind, CallRecord record, CancellationToken cancellationToken)
    {
        var content = answer.Content;
        var length = content.Headers.ContentLength;
        var encodings = content.Headers.ContentEncoding.ToList();
        if (length == 0) return;
        if (encodings.Count == 0 && length <= SmallBody)
        {
            var whole = await content.ReadAsByteArrayAsync(cancellationToken);
            record.Seen(whole);
            record.Seen([]);
            using var once = text.Scrubber(kind);
            var clean = new System.Buffers.ArrayBufferWriter<byte>(whole.Length + 64);
            once.Push(whole, last: true, clean);
            WholeAnswer.Put(answer, new ByteArrayContent(clean.WrittenSpan.ToArray()));
            answer.Content.Headers.ContentLength = clean.WrittenCount;
            content.Dispose();
            return;
        }

        var body = AnswerText.Unpacked(await content.ReadAsStreamAsync(cancellationToken), encodings) ?? throw new HttpRequestException("The answer is packed in an unknown way.");
        WholeAnswer.Put(answer, new StreamedContent(new ScrubbedStream(body, text.Scrubber(kind), record.Seen), content));
        answer.Content.Headers.ContentEncoding.Clear();
    }

    private void Clean(System.Net.Http.Headers.HttpHeaders headers, int status)
    {
        List<(string Name, string[]? Clean)>? changes = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!HeaderRules.IsAnswered(name, status))
            {
                (changes ??= []).Add((name, null));
                continue;
            }

            var changed = false;
            var clean = new string[values.Count];
            var at = 0;
            foreach (var value in values)
            {
                clean[at] = text.Clean(value);
                changed |= !ReferenceEquals(clean[at++], value);
            }

            if (changed) (changes ??= []).Add((name, clean));
        }

        foreach (var (name, clean) in changes ?? [])
        {
            headers.Remove(name);
            if (clean is not null) headers.TryAddWithoutValidation(name, clean);
        }
    }

    private static string Ascii(string value) => string.Concat(value.Select(static c => c is >= ' ' and <= '~' ? c : '*'));
}
