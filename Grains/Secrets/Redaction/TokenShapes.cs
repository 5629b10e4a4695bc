namespace ControlPlane.Grains.Secrets.Redaction;

/// <summary>Keys that show by their own form whose they are. Each was seen in a provider's documents or in scanners for leaked keys.</summary>
internal static class TokenShapes
{
    public static readonly KeyShape[] All =
    [
        new("control-plane-bot-token", ["cpb1."], """\bcpb1\.[a-z0-9][a-z0-9._-]{0,63}\.[0-9]{1,16}\.[A-Za-z0-9_-]{43}"""),
        new("control-plane-lease-token", ["cpl1."], """\bcpl1\.[a-z0-9][a-z0-9._-]{0,63}\.[0-9]{1,16}\.[A-Za-z0-9_-]{43}"""),
        new("databento-key", ["db-"], """\bdb-[A-Za-z0-9]{29}\b"""),
        new("openai-key", ["T3BlbkFJ"], """\bsk-(?:(?:proj|svcacct|service|admin)-[A-Za-z0-9_-]+|[A-Za-z0-9]+)T3BlbkFJ[A-Za-z0-9_-]+"""),
        new("anthropic-key", ["sk-ant-"], """\bsk-ant-[a-z]{3,8}\d{2}-[A-Za-z0-9_-]{80,}"""),
        new("openrouter-key", ["sk-or-v1-"], """\bsk-or-v1-[0-9a-f]{64}\b"""),
        new("groq-key", ["gsk_"], """\bgsk_[A-Za-z0-9]{52}\b"""),
        new("xai-key", ["xai-"], """\bxai-[A-Za-z0-9_]{80}\b"""),
        new("google-api-key", ["AIza", "AQ."], """\bAIza[\w-]{35}|\bAQ\.[A-Za-z0-9_-]{20,}"""),
        new("hf-token", ["hf_", "api_org_"], """\b(?:hf_|api_org_)[A-Za-z0-9]{34}\b"""),
        new("pplx-key", ["pplx-"], """\bpplx-[A-Za-z0-9]{48}\b"""),
        new("discord-webhook", ["webhooks/"],
            """https?://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{17,20}/[A-Za-z0-9_-]{60,80}"""),
        new("slack-token", ["xox", "xapp-"], """\bxox[a-z](?:\.xox[bp])?-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]+"""),
        new("slack-webhook", ["hooks.slack.com/"], """hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,56}"""),
        new("telegram-url", ["/bot"], """/bot[0-9]{5,16}(?::|%3A)[A-Za-z0-9_-]{34,35}"""),
        new("supabase-new", ["sb_"], """\bsb_(?:secret|temp)_[A-Za-z0-9_-]{16,}"""),
        new("supabase-pat", ["sbp_"], """\bsbp_(?:oauth_)?[a-f0-9]{40}\b"""),
        new("jwt", [".ey"], """\bey[A-Za-z0-9_-]{10,}\.ey[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"""),
        new("aws-id", ["A3T", "AKIA", "ASIA", "ABIA", "ACCA"], """\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"""),
        new("coinbase-key-name", ["organizations"],
            """organizations(?:/|%2F|\\/)[0-9a-f-]{36}(?:/|%2F|\\/)apiKeys(?:/|%2F|\\/)[0-9a-f-]{36}"""),
        new("pem-private-key", ["PRIVATE KEY"], """-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----[\s\S]{64,}?-----END"""),
        new("oanda-token", ["-"], """\b[a-f0-9]{32}-[a-f0-9]{32}\b"""),
        new("robinhood-key", ["rh-api-"], """\brh-api-[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"""),
        new("sendgrid-key", ["SG."], """\bSG\.[\w-]{20,24}\.[\w-]{39,50}"""),
        new("sentry-token", ["sntry"], """\bsntry[us]_[A-Za-z0-9=_+/]{40,}"""),
        new("grafana-token", ["glsa_", "glc_"], """\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}"""),
        new("stripe-key", ["sk_", "rk_", "whsec_"], """\b(?:sk|rk)_(?:test|live|prod)_[A-Za-z0-9]{10,99}|\bwhsec_[A-Za-z0-9]{20,}"""),
        new("github-token", ["gh", "github_pat_"], """\bgh[pousr]_[A-Za-z0-9]{36,255}|\bgithub_pat_\w{82}"""),
    ];
}
