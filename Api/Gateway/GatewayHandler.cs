using System.Net;
using System.Net.Http.Headers;
using ControlPlane.Grains.Gateway.Upstreams;

namespace ControlPlane.Api.Gateway;

/// <summary>Sends one call of a bot, once, and takes our secrets and what names internals out of its answer.</summary>
/// <param name="body">The whole body that is sent; null: as it comes from the bot.</param>
/// <param name="order">Of an order or a cancel; null for anything else.</param>
/// <param name="taught">Gets the whole body of an answer that teaches; null for nobody.</param>
internal sealed class GatewayHandler(Upstream upstream, byte[]? body, OrderFlight? order, AnswerCleaner cleaner, CallRecord record, Action<int, ReadOnlyMemory<byte>>? taught) : HttpMessageHandler
{
    /// <summary>Bytes of an answer that is kept whole: an order's, or one that teaches.</summary>
    private const int LargestWhole = 4 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Prepare(request);
        if (order is null)
        {
            record.Sent();
            var answer = await upstream.Http.SendAsync(request, cancellationToken);
            record.Answered(answer.StatusCode, answer.Content.Headers.ContentType?.ToString());
            if (taught is not null) await TeachAsync(answer, cancellationToken);
            return await cleaner.CleanAsync(answer, request.Method, record, cancellationToken);
        }

        return await order.SendAsync(
            async token =>
            {
                record.Sent();
                var answer = await upstream.Http.SendAsync(request, token);
                record.Answered(answer.StatusCode, answer.Content.Headers.ContentType?.ToString());
                return answer;
            },
            LargestWhole,
            (answer, token) => cleaner.CleanAsync(answer, request.Method, record, token));
    }

    private void Prepare(HttpRequestMessage request)
    {
        if (body is { Length: > 0 }) request.Content = Whole(body, request.Content?.Headers);
        else if (body is not null) request.Content = null;

        // A request without a body is sent again by the platform when its connection ends before an answer; one with a body never is.
        if (request.Content is null && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && request.Method != HttpMethod.Options) request.Content = new ByteArrayContent([]);
    }

    private static ByteArrayContent Whole(byte[] body, HttpContentHeaders? headers)
    {
        var content = new ByteArrayContent(body);
        if (headers is null) return content;
        foreach (var (name, values) in headers.NonValidated)
        {
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) content.Headers.TryAddWithoutValidation(name, values);
        }

        return content;
    }

    private async Task TeachAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.StatusCode != HttpStatusCode.OK || answer.Content.Headers.ContentLength > LargestWhole || answer.Content.Headers.ContentEncoding.Count > 0) return;
        if (await WholeAnswer.TryReadAsync(answer, LargestWhole, cancellationToken) is { } whole) taught!((int)answer.StatusCode, whole);
    }
}
