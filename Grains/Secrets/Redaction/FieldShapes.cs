namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Places that hold a secret whatever its form: passwords in addresses, headers, queries and JSON. Group 1 is the secret.</summary>
internal static class FieldShapes
{
    public static readonly KeyShape[] All =
    [
        new("url-userinfo", ["://"], """\b[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/@]{3,})@"""),
        new("connstr-password", ["password", "pwd", "passwd", "accountkey", "sharedaccesskey", "sig"],
            """(?i)\b(?:password|pwd|passwd|accountkey|sharedaccesskey|sig)\s*=\s*('[^']+'|"[^"]+"|[^;&\s]+)"""),
        new("query-secret", ["key=", "token=", "secret=", "signature=", "sig="],
            """(?i)[?&](?:api[_-]?key|apikey|token|access_token|auth_token|key|secret|client_secret|signature|sig|"""
            + """securityToken|access_key|api_token)=([^&\s"'<>]+)"""),
        new("auth-header", ["authorization"],
            """(?i)\b(?:authorization|proxy-authorization)\b["']?\s*[:=]\s*["']?(?:(?:bearer|basic|token|bot|apikey|"""
            + """geniekey)\s+)?(?:token=)?([A-Za-z0-9._~+/=:-]{8,})"""),
        new("key-headers", ["key", "sign", "passphrase", "token", "payload", "x-honeycomb-team"],
            """(?i)\b(?:x-api-key|x-goog-api-key|api-key|apikey|x-mbx-apikey|apca-api-key-id|apca-api-secret-key|"""
            + """ok-access-(?:key|sign|passphrase)|x-bapi-(?:api-key|sign)|api-sign|kc-api-(?:key|sign|passphrase)|"""
            + """bfx-(?:apikey|signature)|x-gemini-(?:apikey|signature|payload)|x-finnhub-token|x-coinapi-key|x-api-token|"""
            + """x-cmc_pro_api_key|x-cg-(?:pro|demo)-api-key|dd-api-key|dd-application-key|x-honeycomb-team|"""
            + """x-signature)\b["']?\s*[:=]\s*["']?([^\s"',;]{6,})"""),
        new("json-secret-field", ["key\"", "sec\"", "secret\"", "password\"", "passphrase\"", "token\"", "ticket\""],
            """(?i)"(?:api_?key|apikey|sec|secret|client_?secret|password|passphrase|access_?token|mdaccesstoken|"""
            + @"refresh_?token|token|newtoken|private_?key|p-ticket)""\s*:\s*""([^""]{4,})"""),
        new("basic-of-key", ["basic"], """(?i)\bbasic\s+([A-Za-z0-9+/]{16,}={0,2})"""),
        new("escaped-json-secret", ["\\\""],
            """(?i)\\+"(?:api_?key|sec|secret|client_?secret|password|passphrase|access_?token|mdaccesstoken|"""
            + """refresh_?token|token|newtoken|private_?key|p-ticket)\\+"\s*:\s*\\+"([^"\\]{4,})"""),
        new("pct-query-secret", ["3D"],
            """(?i)%(?:25)?(?:3F|26)(?:api[_-]?key|token|access_token|secret|signature)%(?:25)?3D([^%&\s"']{6,})"""),
        new("otel-header-attr", [".header."],
            """(?i)http\.(?:request|response)\.header\.[\w-]*(?:key|auth|authorization|token|secret|sign|passphrase|"""
            + """cookie)[\w-]*["']?\s*[:=]\s*[\["' ]*([^\s"'\],]{6,})"""),
        new("kvp-authorization", ["[authorization", "(authorization", "[x-api-key", "(x-api-key", "[api", "(api"],
            """(?i)[\[(](?:authorization|x-api-key|apikey|api-key),\s*(?:bearer |basic |bot |token )?([^\s\])]{8,})"""),
    ];
}
