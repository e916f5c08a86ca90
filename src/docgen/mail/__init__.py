"""Mail: what each message says, and how it leaves. The home of smtplib."""
