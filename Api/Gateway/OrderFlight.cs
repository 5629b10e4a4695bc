namespace ControlPlane.Api.Gateway;

/// <summary>Sends an order or a cancel. It is on disk before the first byte leaves, whole in the answer, and settled also when the bot is gone by
/// then.</summary>
internal sealed class OrderFlight(IPassageInFlight passage, TimeSpan timeout)
{
    /// <summary>True when it could not be put on disk that it is sent; nothing was sent then.</summary>
    public bool NotSent { get; private set; }

    /// <param name="send">Sends it and answers with the head of the answer.</param>
    /// <param name="largest">Bytes of an answer that can be read.</param>
    public async Task<HttpResponseMessage> SendAsync(
        Func<CancellationToken, Task<HttpResponseMessage>> send, int largest, Func<HttpResponseMessage, CancellationToken, Task<HttpResponseMessage>> clean)
    {
        if (!await passage.SendingAsync())
        {
            NotSent = true;
            throw new HttpRequestException("Not sent.");
        }

        // Not the bot's own timeout: what was sent is settled.
        using var limit = new CancellationTokenSource(timeout);
        HttpResponseMessage? answer = null;
        try
        {
            answer = await send(limit.Token);
            Unpack(answer);
            var whole = await WholeAnswer.TryReadAsync(answer, largest, limit.Token) ?? throw new HttpRequestException("The answer is too large.");
            await passage.AnsweredAsync((int)answer.StatusCode, whole);
        }
        catch
        {
            answer?.Dispose();
            await passage.LostAsync();
            throw;
        }

        return await clean(answer, limit.Token);
    }

    // None was asked for, but what comes packed all the same must be read.
    private static void Unpack(HttpResponseMessage answer)
    {
        if (answer.Content.Headers.ContentEncoding.Count == 0) return;
        var content = answer.Content;
        var body = AnswerText.Unpacked(content.ReadAsStream(), [.. content.Headers.ContentEncoding]) ?? throw new HttpRequestException("The answer is packed in an unknown way.");
        WholeAnswer.Put(answer, new StreamedContent(body, content));
        answer.Content.Headers.ContentEncoding.Clear();
    }
}
