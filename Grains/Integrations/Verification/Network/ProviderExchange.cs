using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Sends one request, once, and reads a bounded answer.</summary>
internal sealed class ProviderExchange(ProviderHttp http)
{
    /// <summary>Bytes of a body that are read at most.</summary>
    public const int LargestBody = 256 * 1024;

    /// <param name="needsBody">Whether the body of an answer with this status matters; one that does not is left unread.</param>
    /// <exception cref="VerifyFaultException">No whole answer came.</exception>
    public async Task<ProviderAnswer> SendAsync(OutgoingRequest request, Func<int, bool> needsBody, AnswerContext context, CancellationToken cancellationToken)
    {
        int? status = null;
        try
        {
            using var message = request.ToMessage();
            using var response = await http.SendAsync(message, request.Reach, cancellationToken);
            status = (int)response.StatusCode;
            var body = needsBody(status.Value) ? await ReadAsync(response.Content, cancellationToken) : [];
            return new ProviderAnswer(status.Value, Headers(response), body) { Context = context };
        }
        catch (Exception exception)
        {
            throw Fault(exception, status, cancellationToken.IsCancellationRequested);
        }
    }

    private static VerifyFaultException Fault(Exception exception, int? status, bool isCancelled)
    {
        var code = isCancelled || exception is OperationCanceledException
            ? VerifyCodes.Timeout
            : FaultReader.CodeOf(exception, answered: status is not null);
        return new VerifyFaultException(VerifyStatus.Inconclusive, code) { HttpStatus = status };
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > LargestBody)
            throw new VerifyFaultException(VerifyCodes.BodyTooLarge);
        // No compression was requested: a compressed answer is not unpacked.
        if (content.Headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
            throw new VerifyFaultException(VerifyCodes.UnexpectedContent);

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody)
                throw new VerifyFaultException(VerifyCodes.BodyTooLarge);
        }

        return body.ToArray();
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            headers[name] = values.ToString();
        return headers;
    }
}
