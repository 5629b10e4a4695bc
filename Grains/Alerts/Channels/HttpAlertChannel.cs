using System.Collections.Immutable;
using System.Text;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Alerts.Channels;

/// <summary>Channels over HTTP, on the connections that verifies use: no redirects, no cookies, no proxy, no address inside.</summary>
internal sealed class HttpAlertChannel(ProviderHttp http, ISecretSource secrets) : IAlertChannel
{
    private const int LargestBody = 64 * 1024;

    public bool Handles(string kind) => AlertForms.Kinds.Contains(kind);

    public async Task<AlertDelivery> SendAsync(AlertChannelOptions channel, AlertMessage message, CancellationToken cancellationToken)
    {
        ImmutableArray<AlertCall> calls;
        try
        {
            calls = AlertForms.Build(channel, new AlertSecrets(name => secrets.Find(name)?.Reveal(), channel), message);
        }
        catch (AlertSecretMissingException)
        {
            return AlertDelivery.Failed(AlertDeliveryCodes.SecretMissing);
        }
        catch (Exception e) when (e is AlertAddressInvalidException or UriFormatException)
        {
            return AlertDelivery.Failed(AlertDeliveryCodes.AddressInvalid);
        }

        // Only the operator's own setting can name loopback; what a secret holds never does.
        var toLoopback = channel.Url is { } own && ExplicitLoopback.IsNamedBy(own);
        var last = AlertDelivery.Failed(AlertDeliveryCodes.NotSent);
        foreach (var call in calls)
        {
            last = await SendAsync(call, toLoopback, cancellationToken);
            if (last.Code is not null) break;
        }

        return last;
    }

    private async Task<AlertDelivery> SendAsync(AlertCall call, bool toLoopback, CancellationToken cancellationToken)
    {
        if (call.Address.Scheme != Uri.UriSchemeHttps && !toLoopback) return AlertDelivery.Failed(AlertDeliveryCodes.AddressInvalid);
        int? status = null;
        try
        {
            using var request = new HttpRequestMessage(call.Method, call.Address) { Content = call.Content };
            foreach (var (name, value) in call.Headers) request.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request, toLoopback ? Reach.Loopback : Reach.Public, cancellationToken);
            status = (int)response.StatusCode;
            var body = call.NeedsBody && AlertCall.Success(status.Value) ? await ReadAsync(response.Content, cancellationToken) : "";
            if (call.Accepts(status.Value, body)) return AlertDelivery.Done(status);
            return AlertDelivery.Failed(CodeOf(status.Value), status, RetryAfter(response));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return AlertDelivery.Failed(FaultReader.CodeOf(e, answered: status is not null), status);
        }
    }

    private static string CodeOf(int status) => status switch
    {
        429 => AlertDeliveryCodes.RateLimited,
        >= 300 and <= 399 => AlertDeliveryCodes.Redirected,
        >= 400 and <= 499 => AlertDeliveryCodes.Refused,
        >= 500 => AlertDeliveryCodes.ServerError,
        _ => AlertDeliveryCodes.UnexpectedAnswer,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } delta && delta > TimeSpan.Zero ? delta : null;

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        using var body = new MemoryStream();
        var buffer = new byte[8 * 1024];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LargestBody) throw new VerifyFaultException(VerifyCodes.BodyTooLarge);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
    }
}
