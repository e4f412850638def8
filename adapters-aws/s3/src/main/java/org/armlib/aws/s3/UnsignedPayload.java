package org.armlib.aws.s3;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signs requests that go over plain HTTP as those over HTTPS are signed, and as the SDK's asynchronous client does it:
 * without a SHA-256 of the payload, which would be computed at both ends for every byte. The checksum of the payload is
 * among the headers that are signed.
 */
final class UnsignedPayload implements AwsV4AuthScheme {
    private static final String HTTPS = "https";

    private final AwsV4AuthScheme usual = AwsV4AuthScheme.create();

    @Override
    public String schemeId() {
        return usual.schemeId();
    }

    @Override
    public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
        return usual.identityProvider(providers);
    }

    @Override
    public AwsV4HttpSigner signer() {
        AwsV4HttpSigner signer = usual.signer();
        return new AwsV4HttpSigner() {
            @Override
            public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
                String protocol = request.request().protocol();
                SignedRequest signed = signer.sign(request.toBuilder()
                        .request(with(request.request(), HTTPS))
                        .build());
                return signed.toBuilder()
                        .request(with(signed.request(), protocol))
                        .build();
            }

            @Override
            public CompletableFuture<AsyncSignedRequest> signAsync(
                    AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
                return signer.signAsync(request);
            }
        };
    }

    private static SdkHttpRequest with(SdkHttpRequest request, String protocol) {
        return request.toBuilder().protocol(protocol).port(request.port()).build();
    }
}
