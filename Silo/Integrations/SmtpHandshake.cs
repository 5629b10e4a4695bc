using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Services;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace ControlPlane.Silo.Integrations;

/// <summary>A mail server: EHLO, STARTTLS, AUTH once, QUIT. No mail is sent.</summary>
internal sealed class SmtpHandshake(ServiceConnections connections) : IServiceHandshake
{
    /// <summary>In this order. One alone is tried: mail providers count refused sign-ins.</summary>
    private static readonly string[] s_mechanisms = ["SCRAM-SHA-256", "PLAIN", "LOGIN", "CRAM-MD5"];

    public string Kind => "smtp";

    /// <summary><c>{"signed_in":true}</c>, <c>{"reply":535}</c>, or <c>{"fault":"no_tls|no_sign_in"}</c>.</summary>
    public async Task<JsonObject> AskAsync(ServicePlace place, CancellationToken cancellationToken)
    {
        using var client = new SmtpClient
        {
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = (_, certificate, chain, errors) => CertificateCheck.Check(certificate, chain, errors, place.Reach.CertificateSha256),
        };
        try
        {
            var tls = place.BeginsWithTls ? SecureSocketOptions.SslOnConnect : place.NeedsTls ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
            await client.ConnectAsync(await connections.OpenAsync(place, cancellationToken), place.Host, place.Port, tls, cancellationToken);
            if (Array.Find(s_mechanisms, client.AuthenticationMechanisms.Contains) is not { } mechanism) return Fault("no_sign_in");
            client.AuthenticationMechanisms.RemoveWhere(other => other != mechanism);
            await client.AuthenticateAsync(new NetworkCredential(place.Username, place.Password), cancellationToken);
            await client.DisconnectAsync(quit: true, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new JsonObject { ["signed_in"] = true };
        }
        catch (NotSupportedException)
        {
            // STARTTLS was asked for and is not offered.
            return Fault("no_tls");
        }
        catch (AuthenticationException refused)
        {
            return Reply(refused.InnerException is SmtpCommandException { StatusCode: var code } ? code : SmtpStatusCode.AuthenticationInvalidCredentials);
        }
        catch (SmtpCommandException refused)
        {
            return Reply(refused.StatusCode);
        }
    }

    private static JsonObject Reply(SmtpStatusCode code) => new() { ["reply"] = (int)code };

    private static JsonObject Fault(string name) => new() { ["fault"] = name };
}
