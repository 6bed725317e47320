"""Lists come in pages."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`count next previous results`; 20 a page, `?page_size=` up to 100, `?page=` from 1."""

    page_size_query_param = "page_size"
    max_page_size = 100
